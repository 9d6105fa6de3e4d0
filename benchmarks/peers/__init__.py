"""SAM for Spring Boot beside other supervisors of processes, and beside libsam."""
from peers.sam import Sam, SamExternal, SamFast, SamHot, SamWarm
from peers.supervisors import Alone, Monit, Runit, S6, Supervisord, Tanuki

PEERS = {peer.name: peer for peer in (Alone, Runit, S6, Supervisord, Monit, Tanuki,
                                      Sam, SamFast, SamExternal, SamWarm, SamHot)}

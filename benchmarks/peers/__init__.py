"""SAM for Spring Boot beside other supervisors of processes, and beside libsam."""

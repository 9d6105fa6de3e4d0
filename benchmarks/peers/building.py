"""What is measured: where it lies, and how it is made from the sources."""
import os
import shlex
import subprocess


ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SAMPLE = os.path.join(ROOT, "sample-app/target/sample-app.jar")
WATCHDOG = os.path.join(ROOT, "sam-watchdog/target/sam-watchdog.jar")
BENCHMARKS = os.path.join(ROOT, "benchmarks/target/benchmarks.jar")
C_SOURCE = os.path.join(ROOT, "benchmarks/src/main/c/libsam-stories.c")
LIBRARIES = ("sam-core", "sam-watchdog")
STARTER = (*LIBRARIES, "sam-spring-boot-autoconfigure", "sam-spring-boot-starter", "sample-app")
LAYOUTS = ("extracted", "fat", "prepared")


def newest(modules):
    """When the sources of modules were changed last."""
    files = [os.path.join(folder, name) for module in modules
             for folder, _, names in os.walk(os.path.join(ROOT, module, "src/main")) for name in names]
    files += [os.path.join(ROOT, module, "pom.xml") for module in modules]
    return max(map(os.path.getmtime, files))


def is_stale(jar, modules):
    return not os.path.exists(jar) or os.path.getmtime(jar) < newest(modules)


def provide_sample():
    """Build the sample application if there is none, say so if it is an old one."""
    if not (os.path.exists(SAMPLE) and os.path.exists(WATCHDOG)):
        print("Building: mvn -q -DskipTests package", flush=True)
        subprocess.run(["mvn", "-q", "-B", "-Dstyle.color=never", "-DskipTests", "package"], cwd=ROOT, check=True)
    elif is_stale(SAMPLE, STARTER):
        print("WARNING: the sample application is older than the sources: mvn -q -DskipTests package\n", flush=True)


def build_benchmarks():
    """Build the benchmarks, and the watchdog that they need, where they are out of date."""
    if is_stale(BENCHMARKS, (*LIBRARIES, "benchmarks")) or is_stale(WATCHDOG, LIBRARIES):
        subprocess.run(["mvn", "-q", "-B", "-Dstyle.color=never", "-Pbenchmarks", "-DskipTests",
                        "-pl", "sam-watchdog,benchmarks", "-am", "package"], cwd=ROOT, check=True)


def compile_c(work):
    """Compile the C program; None without libsam."""
    program = os.path.join(work, "libsam-stories")
    if os.path.exists(program):
        return program
    try:
        compiled = subprocess.run(["gcc", "-O2", "-Wall", "-o", program, C_SOURCE, "-lsam"],
                                  stderr=subprocess.PIPE, text=True)
        if not compiled.returncode:
            return program
        problem = compiled.stderr
    except FileNotFoundError:
        problem = "There is no gcc."
    print(f"libsam is left out: apt-get install gcc libc6-dev libsam-dev\n{problem}", flush=True)
    return None


def lay_out(java, options, layout, work):
    """The sample application in a layout: what starts Java, its options, and the jar."""
    directory = os.path.join(work, "app")
    jar = os.path.join(directory, "sample-app.jar")
    if layout == "fat":
        return java, options, SAMPLE
    if layout == "extracted":
        subprocess.run([java, "-Djarmode=tools", "-jar", SAMPLE, "extract", "--destination", directory],
                       check=True, stdout=subprocess.DEVNULL)
        return java, options, jar
    subprocess.run([java, "-jar", WATCHDOG, f"--prepare={directory}", "--", java, *options, "-jar", SAMPLE],
                   check=True, stdout=subprocess.DEVNULL)
    with open(os.path.join(directory, "start")) as start:
        # exec java ... -jar sample-app.jar "$@"
        words = shlex.split(start.read().splitlines()[-1])[1:-3]
    return words[0], words[1:], jar

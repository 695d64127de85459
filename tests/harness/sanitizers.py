"""Sanitizers speak up in files of their own; whatever they write fails the test that was running."""
import pathlib
import re

# written by the runtimes straight to standard error where no log file is open (and by a hardened libc)
SPOKEN = re.compile(r"runtime error:|ERROR: \w+Sanitizer|WARNING: ThreadSanitizer|stack smashing|free\(\): |malloc\(\): ")

OPTIONS = {
    "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0:exitcode=99:log_path={folder}/sanitizer",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=0:log_path={folder}/sanitizer",
    "TSAN_OPTIONS": "halt_on_error=0:second_deadlock_stack=1:exitcode=66:log_path={folder}/sanitizer",
}


def options(folder: pathlib.Path, environment: dict[str, str]) -> dict[str, str]:
    """Settings for the runtimes; what is set outside (suppressions, say) comes on top of ours."""
    return {name: ":".join(filter(None, [text.format(folder=folder), environment.get(name)]))
            for name, text in OPTIONS.items()}


def reports(folder: pathlib.Path, log: str) -> list[str]:
    """What the sanitizers said, each report once: files are taken away as they are read."""
    found = [line for line in log.splitlines() if SPOKEN.search(line)]
    for file in sorted(folder.glob("sanitizer.*")):
        found.append(file.read_text(errors="replace"))
        file.unlink()
    return found

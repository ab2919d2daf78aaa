"""The tables of the README name every flag of patrond and every metric, and no other.

    readme_test.py BIN_DIR SOURCE_DIR
"""

import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.request

BIN = pathlib.Path(sys.argv[1])
README = (pathlib.Path(sys.argv[2]) / "README.md").read_text()


def table(pattern):
    return set(re.findall(rf"^\| `{pattern}` \|", README, re.MULTILINE))


def flags_of_patrond():
    text = subprocess.run([BIN / "patrond", "--help"], capture_output=True, text=True).stdout
    return set(re.findall(r"^ {4}(--\w+) \(", text, re.MULTILINE))


def metrics_of_patrond():
    with tempfile.TemporaryDirectory() as work:
        server = subprocess.Popen(
            [BIN / "patrond", f"--data={work}/data", "--port=0", f"--port_file={work}/ports"],
            stderr=subprocess.PIPE, text=True)
        try:
            for line in server.stderr:
                if "ready on" in line:
                    break
            port = pathlib.Path(work, "ports").read_text().split()[1]
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as reply:
                text = reply.read().decode()
        finally:
            server.terminate()
            server.stderr.read()
            server.wait()
    return set(re.findall(r"^# HELP (patron_\w+) \S", text, re.MULTILINE))


def main():
    problems = []
    for what, told, real in (("flag", table(r"(--\w+)"), flags_of_patrond()),
                             ("metric", table(r"(patron_\w+)"), metrics_of_patrond())):
        if not real:
            problems.append(f"no {what} was found in the program")
        problems += [f"{what} {name} is not in the README" for name in sorted(real - told)]
        problems += [f"README names {what} {name}, which is not there" for name in sorted(told - real)]
    print("\n".join(problems) or "README agrees")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

"""A real log, end to end: The Complete Journey is imported through the mapping file
in tools/, learned from and recommended from; lines and cents equal the source's.

    complete_journey_test.py BIN_DIR SOURCE_DIR

Exits with 77 (skipped) where ../shared/data/complete_journey is absent.
"""

import csv
import gzip
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

BIN = pathlib.Path(sys.argv[1])
SOURCE = pathlib.Path(sys.argv[2])
DATA = SOURCE.parent / "shared" / "data" / "complete_journey"
SKIPPED = 77


def source_totals():
    """Lines, cents received and cents of discounts, counted apart from Patron."""
    lines = cents = discounts = 0
    with gzip.open(DATA / "transactions.csv.gz", "rt", newline="") as file:
        for row in csv.DictReader(file):
            lines += 1
            cents += int(row["sales_value_cents"])
            discounts += sum(
                int(row[name])
                for name in ("retail_disc_cents", "coupon_disc_cents", "coupon_match_disc_cents"))
    return lines, cents, discounts


def main():
    if not DATA.is_dir():
        print(f"skipped: {DATA} is absent")
        return SKIPPED
    with tempfile.TemporaryDirectory() as work:
        ports = pathlib.Path(work) / "ports"
        server = subprocess.Popen([
            BIN / "patrond", f"--data={work}/data", "--listen=127.0.0.1:0", "--http=127.0.0.1:0",
            f"--port-file={ports}"], stderr=subprocess.PIPE, text=True)
        try:
            for line in server.stderr:  # its own word that it is ready, no sleeping
                if "ready on" in line:
                    break
            address = "127.0.0.1:" + ports.read_text().split()[0]
            environment = dict(os.environ, PATRON_SERVER=address)

            def patron(*arguments):
                done = subprocess.run([BIN / "patron", *arguments, "--json"], env=environment,
                                      check=True, capture_output=True, text=True)
                return json.loads(done.stdout)

            mapping = ("--mapping", str(SOURCE / "tools" / "complete_journey.toml"))
            patron("import", "products", str(DATA / "products.csv.gz"), *mapping)
            patron("import", "customers", str(DATA / "demographics.csv"), *mapping)
            transactions = ("import", "purchases", str(DATA / "transactions.csv.gz"), *mapping)
            imported = patron(*transactions)
            lines, cents, discounts = source_totals()
            assert imported["refused"] == 0, imported
            assert imported["lines"] == lines, (imported, lines)
            stats = patron("stats")
            assert stats["purchase_lines"] == lines, (stats, lines)
            assert stats["amounts"] == {"USD": cents}, (stats, cents)
            assert stats["discounts"] == {"USD": discounts}, (stats, discounts)

            again = patron(*transactions)
            assert again["imported"] == 0, again
            assert patron("stats")["amounts"] == {"USD": cents}

            subprocess.run([BIN / "patron-jobs", "build-index", f"--server={address}"], check=True)
            for household in ("900", "1228", "7"):
                reply = patron("recommend", "home", "--customer", household, "-k", "10")
                assert len(reply["items"]) == 10, reply
                assert all(item["reason_text"] for item in reply["items"]), reply
            print(f"{lines} lines, {cents} cents: equal to the source")
            server.send_signal(signal.SIGTERM)
            server.stderr.read()
            assert server.wait(timeout=60) == 0
        finally:
            server.kill()
            server.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())

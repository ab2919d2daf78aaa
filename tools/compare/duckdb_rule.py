"""One rule over the same customers and lines in DuckDB and in Patron, in turn.

tools/compare/duckdb.sh makes the files, starts patrond and calls this:
  duckdb_rule.py CSV_DIRECTORY PORT THRIFT_DIRECTORY WORK_DIRECTORY ROUNDS JSON
The rule is that of patron-bench's suite `segments` (tools/bench/segment_rules.cc).

What favours DuckDB: numbers for ids, days instead of times, lines sorted by
customer, lines of nobody left out, the profile asked before the history. Patron
is asked over TCP.
"""

import datetime
import json
import os
import statistics
import subprocess
import sys
import time

CSV, PORT, THRIFT, WORK, ROUNDS, AS_JSON = sys.argv[1:7]

import duckdb  # noqa: E402
from thrift.protocol import TBinaryProtocol, TMultiplexedProtocol  # noqa: E402
from thrift.transport import TSocket, TTransport  # noqa: E402

TODAY = datetime.datetime.now(datetime.timezone.utc).date()
SAVED = "duckdb-rule"
FAST = 20  # so often is a fast question asked in a round


def rule(less):
    """The rule in Patron's words; windows `less` days shorter."""
    return f"""days_since_last_purchase <= 60
and purchases >= 3
and spend["EUR"] >= 5000
and consent["email/marketing"]
and not is_staff
and birth_year >= 1950
and preferred_channel in ("store", "web")
and sum(lines.amount, last {365 - less} days) >= 10000
and count(lines where lines.category has "Dairy", last {180 - less} days) >= 2
and distinct(lines.day, last {90 - less} days) >= 2"""


PROFILE = """consent AND NOT is_staff AND birth_year >= 1950
      AND channel IN ('store', 'web')"""
HISTORY = f"""last_day >= DATE '{TODAY}' - 60 AND purchases >= 3 AND spend >= 5000
      AND spend_year >= 10000 AND dairy >= 2 AND days >= 2"""


def since(days):
    """The first day of a window of so many days that ends today."""
    return f"day > DATE '{TODAY}' - {days} AND day <= DATE '{TODAY}'"


def history(less, customers):
    return f"""SELECT customer, max(day) AS last_day, count(DISTINCT receipt) AS purchases,
      sum(amount) AS spend,
      sum(amount) FILTER ({since(365 - less)}) AS spend_year,
      count(*) FILTER (is_dairy AND {since(180 - less)}) AS dairy,
      count(DISTINCT day) FILTER ({since(90 - less)}) AS days
    FROM lines JOIN products USING (product) {customers}
    GROUP BY customer"""


def raw(less):
    chosen = f"JOIN (SELECT customer FROM customers WHERE {PROFILE}) USING (customer)"
    return f"SELECT count(*) FROM ({history(less, chosen)}) WHERE {HISTORY}"


PREPARE = f"""CREATE OR REPLACE TABLE facts AS
  SELECT * FROM customers JOIN ({history(0, '')}) USING (customer)"""
PREPARED = f"SELECT count(*) FROM facts WHERE {PROFILE} AND {HISTORY}"


class DuckDb:
    """The shop's files in a database file, asked with two threads."""

    def __init__(self):
        self.base = duckdb.connect(os.path.join(WORK, "duckdb.db"))
        self.base.execute("SET threads TO 2")
        self.name = f"DuckDB {duckdb.__version__}, 2 threads"
        for statement in self.load_statements():
            self.base.execute(statement)
        self.base.execute("CHECKPOINT")
        self.lines = self.ask("SELECT count(*) FROM lines")

    @staticmethod
    def load_statements():
        def read(name):
            return f"read_csv('{CSV}/{name}.csv', header = true, all_varchar = true)"
        number = "CAST(substr({0}, 2) AS INTEGER)"
        return [
            f"""CREATE TABLE customers AS SELECT {number.format('customer_id')} AS customer,
                coalesce("consent.email.marketing" = 'true', false) AS consent,
                is_staff = 'true' AS is_staff, TRY_CAST(birth_year AS INTEGER) AS birth_year,
                preferred_channel AS channel FROM {read('customers')}""",
            f"""CREATE TABLE products AS SELECT {number.format('product_id')} AS product,
                list_contains(string_split(category_path, '>'), 'Dairy') AS is_dairy
                FROM {read('products')}""",
            f"""CREATE TABLE lines AS SELECT {number.format('customer_id')} AS customer,
                {number.format('receipt_id')} AS receipt, {number.format('product_id')} AS product,
                CAST(substr(happened_at, 1, 10) AS DATE) AS day, CAST(amount AS BIGINT) AS amount
                FROM {read('purchases')} WHERE customer_id <> '' ORDER BY 1"""]

    def ask(self, statement):
        return self.base.execute(statement).fetchone()[0]

    def next_in(self):
        """A customer whom one purchase today brings in."""
        almost = HISTORY.replace("days >= 2", "days = 1").replace("dairy >= 2", "dairy >= 2")
        found = self.base.execute(
            f"SELECT customer FROM facts WHERE {PROFILE} AND {almost} "
            f"AND last_day < DATE '{TODAY}' ORDER BY customer LIMIT 1").fetchone()
        return None if found is None else found[0]

    def buy(self, customer):
        self.base.execute(f"INSERT INTO lines VALUES ({customer}, 2000000000, 1, "
                          f"DATE '{TODAY}', 100)")


class Patron:
    """A server that has imported the same files."""

    def __init__(self):
        out = os.path.join(WORK, "py")
        os.makedirs(out, exist_ok=True)
        for name in sorted(os.listdir(THRIFT)):
            if name.endswith(".thrift"):
                subprocess.run(["thrift", "--gen", "py", "-out", out, os.path.join(THRIFT, name)],
                               check=True, stderr=subprocess.DEVNULL)
        sys.path.insert(0, out)
        from patron.marketing import Marketing
        from patron.storefront import Storefront
        wire = TTransport.TFramedTransport(TSocket.TSocket("127.0.0.1", int(PORT)))
        wire.open()
        binary = TBinaryProtocol.TBinaryProtocolAccelerated(wire)

        def service(client, name):
            return client(TMultiplexedProtocol.TMultiplexedProtocol(binary, name))
        self.marketing = service(Marketing.Client, "Marketing")
        self.storefront = service(Storefront.Client, "Storefront")

    def save(self):
        from definitions.ttypes import Segment
        self.marketing.saveSegment("", Segment(id=SAVED, name=SAVED, rule=rule(0)))

    def count(self, segment="", typed=""):
        from patron.segments.ttypes import Audience
        asked = Audience(segment_id=segment, rule=typed)
        return self.marketing.countSegment(asked).customers

    def buy(self, customer):
        from patron.wire.ttypes import Purchase, PurchaseLine
        line = PurchaseLine(product_id="P0000001", quantity_milli=1000, amount=100)
        purchase = Purchase(receipt_id=f"compare-{time.time_ns()}", currency="EUR", channel="store",
                            customer_id=f"C{customer:07d}", store_id="S001", lines=[line],
                            happened_at_us=time.time_ns() // 1000)
        self.storefront.recordPurchase("", purchase)


def milliseconds(work):
    start = time.perf_counter()
    answer = work()
    return (time.perf_counter() - start) * 1000, answer


class Comparison:
    def __init__(self):
        self.duck = DuckDb()
        self.patron = Patron()
        self.times = {}
        self.counts = {}

    def measure(self, name, rule_name, repeats, work):
        """Each answer of one rule must be the same, whoever gives it."""
        for _ in range(repeats):
            took, count = milliseconds(work)
            self.times.setdefault(name, []).append(took)
            expected = self.counts.setdefault(rule_name, count)
            if count != expected:
                sys.exit(f"duckdb_rule.py: {name} counts {count} customers, others {expected}")

    def run(self):
        prepared, _ = milliseconds(lambda: self.duck.base.execute(PREPARE))
        self.times["prepare"] = [prepared]
        self.patron.save()
        self.patron.count(segment=SAVED)
        self.patron.count(typed=rule(1))
        for _ in range(int(ROUNDS)):
            self.measure("patron saved", "saved", FAST, lambda: self.patron.count(segment=SAVED))
            self.measure("duckdb raw", "saved", 1, lambda: self.duck.ask(raw(0)))
            self.measure("duckdb prepared", "saved", FAST, lambda: self.duck.ask(PREPARED))
            self.measure("patron typed", "typed", FAST, lambda: self.patron.count(typed=rule(1)))
            self.measure("duckdb raw typed", "typed", 1, lambda: self.duck.ask(raw(1)))
        self.change()

    def change(self):
        """A purchase, and the first count that has it in."""
        customer = self.duck.next_in()
        if customer is None:
            return
        self.counts["saved"] += 1

        def patron():
            self.patron.buy(customer)
            return self.patron.count(segment=SAVED)

        def duck():
            self.duck.buy(customer)
            return self.duck.ask(raw(0))

        def duck_prepared():
            self.duck.base.execute(PREPARE)
            return self.duck.ask(PREPARED)
        self.measure("patron change", "saved", 1, patron)
        self.measure("duckdb change", "saved", 1, duck)
        self.measure("duckdb change prepared", "saved", 1, duck_prepared)

    def median(self, name):
        return statistics.median(self.times[name])

    def report(self):
        print(f"duckdb_rule.py: {self.counts['saved']} customers in the saved rule, "
              f"{self.counts['typed']} in the typed one, of the same in both; preparing the table "
              f"of facts takes {self.median('prepare'):.0f} ms", file=sys.stderr)
        rows = [("duckdb-saved", "patron saved", "duckdb raw", "raw lines"),
                ("duckdb-prepared", "patron saved", "duckdb prepared", "prepared table"),
                ("duckdb-typed", "patron typed", "duckdb raw typed", "raw lines")]
        if "patron change" in self.times:
            rows += [("duckdb-change", "patron change", "duckdb change",
                      "a purchase, then raw lines"),
                     ("duckdb-change-prepared", "patron change", "duckdb change prepared",
                      "the table prepared anew")]
        for bench, ours, theirs, what in rows:
            self.tell(bench, self.median(ours), self.median(theirs), what)

    def tell(self, bench, ours, theirs, what):
        setting = f"{self.duck.ask('SELECT count(*) FROM customers')} customers, " \
                  f"{self.duck.lines} lines"
        if AS_JSON == "1":
            print(json.dumps({"bench": bench, "setting": setting, "value": round(ours, 3),
                              "unit": "ms", "floor": f"{self.duck.name}: {what}",
                              "floor_value": round(theirs, 3),
                              "ratio": round(theirs / ours, 3)}, separators=(",", ":")))
        else:
            print(f"{bench:24}{ours:12.2f}{theirs:12.2f}  ms  {theirs / ours:8.1f}  {what}")


comparison = Comparison()
comparison.run()
if AS_JSON != "1":
    print(f"{'bench':24}{'Patron':>12}{'DuckDB':>12}      {'ratio':>8}  DuckDB's side")
comparison.report()

"""Segments and campaigns as a stranger uses them: Python generated from thrift/,
the stock Thrift library, and patrond as a program.

usage: marketing_test.py PATROND THRIFT_DIRECTORY
"""

import csv
import io
import json
import os
import sys
import tempfile
import time
import unittest

import storefront_test as base

DAY_US = 86_400_000_000

SHOP = """
[shop]
currency = "EUR"

[contact]
cap = 1
cap_days = 30

[[offers]]
id = "coffee10"
name = "10 % off coffee"
benefit = "percent"
percent = "10%"
scope = 'category has "coffee"'

[[segments]]
id = "coffee-lovers"
name = "Coffee lovers"
meaning = "Bought coffee on two days or more of the last 90."
rule = 'distinct(lines.day where lines.category has "coffee", last 90 days) >= 2'

[[campaigns]]
id = "spring"
name = "Spring"
segments = ["coffee-lovers"]
channel = "email"
starts = 2020-01-01
ends = 2099-12-31
products = 2
offers = ["coffee10"]
holdout = "10%"

[[campaigns]]
id = "second"
name = "Another one for the same people"
segments = ["coffee-lovers"]
channel = "email"
starts = 2020-01-01
ends = 2099-12-31
products = 0
"""
CUSTOMERS = 60


class MarketingTest(unittest.TestCase):
    """One shop: everybody buys, two in three buy coffee on two days."""

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="patron_e2e_")
        base.generate(cls.thrift, os.path.join(cls.directory.name, "py"))
        cls.server = base.Patrond(cls.patrond, cls.directory.name)
        cls.connect()
        cls.open_shop()

    @classmethod
    def tearDownClass(cls):
        code = cls.server.stop()
        log = cls.server.log_text()
        cls.directory.cleanup()
        assert code == 0, f"patrond ended with {code}:\n{log}"

    @classmethod
    def connect(cls):
        from patron.admin import Admin
        from patron.marketing import Marketing
        from patron.storefront import Storefront
        framed = base.TTransport.TFramedTransport(
            base.TSocket.TSocket("127.0.0.1", cls.server.port))
        framed.open()
        cls.addClassCleanup(framed.close)
        spoken = base.PROTOCOLS["binary"](framed)
        cls.storefront = Storefront.Client(spoken)
        cls.marketing = Marketing.Client(spoken)
        cls.admin = Admin.Client(spoken)

    @classmethod
    def open_shop(cls):
        from patron.marketing.ttypes import ApplyRequest
        from patron.wire.ttypes import Product
        cls.admin.importProducts([
            Product(product_id=name, name=name.title(), price=price,
                    currency="EUR", category_path=["food", category])
            for name, category, price in (("espresso", "coffee", 999),
                                          ("mocha", "coffee", 899),
                                          ("cake", "cakes", 350),
                                          ("tea", "tea", 499))])
        for number in range(CUSTOMERS):
            cls.add_customer(number)
        applied = cls.marketing.applyDefinitions(
            "apply", ApplyRequest(files={"shop.toml": SHOP}))
        assert applied.version == 1, applied

    @classmethod
    def add_customer(cls, number):
        from patron.wire.ttypes import Consent, Customer
        name = f"c{number:02d}"
        cls.storefront.putCustomer("", Customer(
            customer_id=name, name=f"Customer {number}",
            contacts={"email": f"{name}@example.org"},
            consents=[Consent(channel="email", purpose="marketing",
                              granted=number % 5 != 0)]))
        for day in (3, 12):
            cls.buy(name, "cake" if number % 3 == 0 else "espresso", day)

    @classmethod
    def buy(cls, customer, product, days_ago, amount=999):
        from patron.wire.ttypes import Purchase, PurchaseLine
        cls.storefront.recordPurchase("", Purchase(
            receipt_id=f"{customer}-{product}-{days_ago}-{time.time_ns()}",
            customer_id=customer, store_id="north", channel="store",
            currency="EUR",
            happened_at_us=int(time.time() * 1e6) - days_ago * DAY_US,
            lines=[PurchaseLine(product_id=product, quantity_milli=1000,
                                amount=amount)]))

    @staticmethod
    def audience(segment="", rule=""):
        from patron.segments.ttypes import Audience
        return Audience(segment_id=segment, rule=rule)

    def count(self, segment="", rule=""):
        return self.marketing.countSegment(self.audience(segment, rule))

    def expect_error(self, call):
        from patron.wire.ttypes import PatronError
        with self.assertRaises(PatronError) as caught:
            call()
        return caught.exception

    # ---- segments

    def test_a_count_is_live_and_a_mistake_is_placed(self):
        rule = 'count(lines where lines.product = "tea") >= 1'
        before = self.count(rule=rule)
        self.buy("c01", "tea", 0)
        after = self.count(rule=rule)
        self.assertEqual(after.customers, before.customers + 1)
        self.assertGreater(after.log_position, before.log_position)
        error = self.expect_error(lambda: self.count(rule="purchasess >= 3"))
        self.assertIn("line 1, column 1", error.message)
        self.assertIn('"purchases"', error.message)

    def test_segments_are_listed_explained_compared_and_sampled(self):
        listed = {info.segment.id: info
                  for info in self.marketing.segmentList(True)}
        self.assertEqual(listed["coffee-lovers"].customers, CUSTOMERS * 2 // 3)
        self.assertIn("vip", listed)
        self.assertTrue(listed["vip"].segment.meaning)
        lovers = self.audience("coffee-lovers")
        inside = self.marketing.explainMembership(lovers, "c01")
        outside = self.marketing.explainMembership(lovers, "c03")
        self.assertTrue(inside.member)
        self.assertFalse(outside.member)
        self.assertFalse(outside.clauses[outside.decided].holds)
        parts = self.marketing.compareSegments(
            lovers, self.audience(rule='consent["email/marketing"]'))
        self.assertEqual(parts.both.customers + parts.only_first.customers,
                         CUSTOMERS * 2 // 3)
        self.assertGreater(parts.only_second.customers, 0)
        drawn = self.marketing.sampleSegment(lovers, 5, 7)
        self.assertEqual(len(set(drawn)), 5)
        self.assertEqual(drawn, self.marketing.sampleSegment(lovers, 5, 7))

    def test_an_export_in_pages_has_everybody_once(self):
        from patron.segments.ttypes import ExportRequest
        text, cursor = b"", ""
        while True:
            page = self.marketing.exportSegment(ExportRequest(
                audience=self.audience("coffee-lovers"), format="csv",
                fields=["purchases", 'spend["EUR"]'], limit=7, cursor=cursor))
            text += page.rows
            cursor = page.next_cursor
            if not cursor:
                break
        rows = list(csv.DictReader(io.StringIO(text.decode())))
        ids = [row["customer_id"] for row in rows]
        self.assertEqual(len(ids), CUSTOMERS * 2 // 3)
        self.assertEqual(len(set(ids)), len(ids))
        self.assertTrue(all(int(row["purchases"]) >= 2 for row in rows))

    def test_an_uploaded_list_is_a_segment(self):
        from patron.segments.ttypes import ListChange
        reply = self.marketing.uploadList("", "fair", "Visitors of the fair",
                                          ListChange.REPLACE,
                                          ["c01", "c02", "nobody"])
        self.assertEqual((reply.customers, reply.unknown_ids), (2, ["nobody"]))
        self.assertEqual(self.count("fair").customers, 2)

    # ---- campaigns

    def plan(self, campaign, run_id):
        from patron.campaigns.ttypes import RunState
        run = self.marketing.planCampaign("", campaign, run_id)
        until = time.monotonic() + 30
        while run.state == RunState.PLANNING and time.monotonic() < until:
            time.sleep(0.02)
            run = self.marketing.campaignRun(run_id)
        self.assertEqual(run.problem, "")
        self.assertEqual(run.state, RunState.PLANNED)
        return run

    def rows_of(self, run_id, limit=10_000):
        text, cursor = b"", ""
        while True:
            page = self.marketing.exportRun(run_id, "jsonl", limit, cursor)
            text += page.rows
            cursor = page.next_cursor
            if not cursor:
                return text, [json.loads(line) for line in text.splitlines()]

    def test_a_campaign_from_the_dry_run_to_its_outcome(self):
        from patron.campaigns.ttypes import (ContactReport, LeftOut,
                                             ReportKind, RunState)
        lovers = CUSTOMERS * 2 // 3
        preview = self.marketing.previewCampaign("spring", 3)
        self.assertEqual(preview.audience, lovers)
        run = self.plan("spring", "spring-1")
        left_out = {part.reason: part.customers for part in run.left_out}
        self.assertGreater(left_out[LeftOut.CONSENT], 0)
        self.assertEqual(run.planned + run.held_out + sum(left_out.values()),
                         lovers)
        self.assertEqual((preview.planned, preview.held_out),
                         (run.planned, run.held_out))

        # The cap is one contact: the second campaign finds nobody.
        second = self.plan("second", "second-1")
        capped = {part.reason: part.customers for part in second.left_out}
        self.assertEqual(capped[LeftOut.CAP], run.planned)
        self.marketing.releaseRun("", "second-1")

        frozen = self.marketing.freezeRun("", "spring-1")
        self.assertEqual(frozen.state, RunState.FROZEN)
        text, rows = self.rows_of("spring-1")
        self.assertEqual(text, self.rows_of("spring-1", limit=3)[0])
        self.assertEqual(len(rows), run.planned)
        self.assertEqual(len({row["customer_id"] for row in rows}), len(rows))
        self.assertTrue(all(len(row["products"]) <= 2 for row in rows))
        contacted = [row["customer_id"] for row in rows]
        now = int(time.time() * 1e6)
        self.marketing.reportContacts("", "spring-1", [
            ContactReport(customer_id=customer, kind=kind, at_us=now)
            for customer in contacted
            for kind in (ReportKind.SENT, ReportKind.SHOWN)])
        self.buy(contacted[0], "mocha", 0)
        outcome = self.marketing.runOutcome("spring-1")
        everybody = outcome.groups[0]
        self.assertEqual(everybody.group, "all")
        self.assertEqual(everybody.sent, len(contacted))
        self.assertGreaterEqual(everybody.buyers, 1)
        self.assertTrue(outcome.method)
        self.assertTrue(everybody.enough or everybody.note)

        contacts = self.marketing.customerContacts(contacted[0])
        self.assertIn(("spring-1", "frozen"),
                      [(view.run_id, view.state) for view in contacts])
        self.assertGreater(contacts[0].sent_us + contacts[-1].sent_us, 0)

    def test_names_that_are_not_known_are_told(self):
        from patron.wire.ttypes import ErrorCode
        for call in (lambda: self.marketing.campaignRun("nothing"),
                     lambda: self.marketing.previewCampaign("nothing", 1),
                     lambda: self.count("nothing")):
            error = self.expect_error(call)
            self.assertEqual(error.code, ErrorCode.NOT_FOUND)
            self.assertIn("nothing", error.message)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    MarketingTest.patrond, MarketingTest.thrift = sys.argv[1:3]
    del sys.argv[1:3]
    unittest.main(verbosity=2)

"""Loyalty and offers as a stranger uses them: Python generated from thrift/, the
stock Thrift library, and patrond as a program.

usage: loyalty_test.py PATROND THRIFT_DIRECTORY
"""

import os
import sys
import tempfile
import time
import unittest

import storefront_test as base

SHOP = """
[shop]
currency = "EUR"

[[programmes]]
id = "club"
name = "Club"
points_name = "beans"
earn = { points = 1, per = "1.00" }
expiry = { after = "12 months", at = "end of month" }
redeem = { points = 100, pays = "1.00" }

[[programmes.tiers]]
id = "silver"
name = "Silver"
credit = "20.00"

[[offers]]
id = "coffee10"
name = "10 % off coffee for Club members"
benefit = "percent"
percent = "10%"
scope = 'category has "coffee"'
eligible = 'member["club"]'

[[offers]]
id = "spring"
name = "1.50 off cakes"
benefit = "amount"
amount = "1.50"
scope = 'category has "cakes"'
codes = ["SPRING"]
"""


class LoyaltyTest(unittest.TestCase):
    """One shop; every test has customers of its own."""

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="patron_e2e_")
        base.generate(cls.thrift, os.path.join(cls.directory.name, "py"))
        cls.server = base.Patrond(cls.patrond, cls.directory.name)
        cls.open_shop()

    @classmethod
    def tearDownClass(cls):
        code = cls.server.stop()
        log = cls.server.log_text()
        cls.directory.cleanup()
        assert code == 0, f"patrond ended with {code}:\n{log}"

    @classmethod
    def open_shop(cls):
        from patron.admin import Admin
        from patron.loyalty import Loyalty
        from patron.marketing import Marketing
        from patron.marketing.ttypes import ApplyRequest
        from patron.storefront import Storefront
        from patron.wire.ttypes import Product
        framed = base.TTransport.TFramedTransport(
            base.TSocket.TSocket("127.0.0.1", cls.server.port))
        framed.open()
        cls.addClassCleanup(framed.close)
        spoken = base.PROTOCOLS["binary"](framed)
        cls.storefront = Storefront.Client(spoken)
        cls.loyalty = Loyalty.Client(spoken)
        cls.marketing = Marketing.Client(spoken)
        Admin.Client(spoken).importProducts([
            Product(product_id="coffee", name="Coffee", price=1000,
                    currency="EUR", category_path=["food", "coffee"]),
            Product(product_id="cake", name="Cake", price=1000, currency="EUR",
                    category_path=["food", "cakes"])])
        tried = cls.marketing.applyDefinitions(
            "", ApplyRequest(files={"shop.toml": SHOP}, dry_run=True))
        assert tried.version == 0 and tried.differences, tried
        applied = cls.marketing.applyDefinitions(
            "apply-1", ApplyRequest(files={"shop.toml": SHOP}))
        assert applied.version == 1, applied

    def customer(self, name):
        from patron.wire.ttypes import Customer
        self.storefront.putCustomer("", Customer(customer_id=name, name=name))
        return name

    def basket(self, customer, codes=(), points=0):
        from patron.checkout.ttypes import BasketLine, PointsToPay, QuoteRequest
        return QuoteRequest(
            customer_id=customer, store_id="north", channel="store",
            currency="EUR",
            lines=[BasketLine(product_id="coffee", quantity_milli=2000,
                              list_amount=2000),
                   BasketLine(product_id="cake", quantity_milli=1000,
                              list_amount=1000)],
            codes=list(codes),
            points=[PointsToPay("club", points)] if points else [])

    def buy(self, customer, receipt, **wishes):
        request = self.basket(customer, **wishes)
        quote = self.loyalty.quote(request)
        self.loyalty.reserve("", "b-" + receipt, request, quote.quote_token, 60)
        committed = self.loyalty.commit("", "b-" + receipt, receipt,
                                        int(time.time() * 1e6), "")
        return quote, committed

    def balance(self, customer):
        [balance] = self.loyalty.balances(customer)
        return balance

    def tearDown(self):
        self.assertEqual(self.marketing.checkBooks().problems, [])

    def test_the_whole_way_from_a_quote_to_a_return(self):
        from patron.marketing.ttypes import Bonus
        from patron.checkout.ttypes import OfferReason
        anna = self.customer("anna")
        self.marketing.giveBonus("bonus-1", "club", "hello", [Bonus(anna, 500)])
        request = self.basket(anna, codes=["SPRING"], points=100)
        quote = self.loyalty.quote(request)
        self.assertEqual({o.offer_id: o.discount for o in quote.offers
                          if o.reason == OfferReason.APPLIED},
                         {"coffee10": 200, "spring": 150})
        self.assertEqual((quote.list_total, quote.discount_total,
                          quote.points_total, quote.total),
                         (3000, 350, 100, 2550))
        self.assertEqual(sum(line.amount for line in quote.lines), quote.total)

        held = self.loyalty.reserve("q-1", "b1", request, quote.quote_token, 60)
        self.assertEqual(held.quote.total, quote.total)
        again = self.loyalty.reserve("q-1", "b1", request, quote.quote_token, 60)
        self.assertEqual(again.log_position, held.log_position)
        self.assertEqual(self.balance(anna).held, 100)
        self.assertEqual(self.balance(anna).available, 400)
        committed = self.loyalty.commit("q-2", "b1", "r1",
                                        int(time.time() * 1e6), "")
        self.assertFalse(committed.duplicate)
        self.assertEqual(self.balance(anna).held, 0)
        self.assertEqual(self.balance(anna).available, 425)
        self.assertEqual(self.balance(anna).tier.tier_id, "silver")

        self.give_back_the_cake()
        page = self.storefront.getHistory(anna, 5, "")
        self.assertEqual(page.purchases[0].purchase.receipt_id, "r1")
        self.assertTrue(self.loyalty.explainReceipt("r1"))

    def give_back_the_cake(self):
        from patron.wire.ttypes import PurchaseReturn, ReturnLine
        back = PurchaseReturn(return_id="x1", receipt_id="r1", store_id="north",
                              lines=[ReturnLine(1, 1000)],
                              happened_at_us=int(time.time() * 1e6))
        returned = self.storefront.recordReturn("q-3", back)
        [club] = returned.programmes
        # A point is a cent: money and points together are the cake's price.
        self.assertEqual(returned.refund + club.refunded, 850)
        self.assertGreater(club.earned, 0)
        self.assertEqual(self.balance("anna").available,
                         425 + club.refunded - club.earned)
        self.assertEqual([o.offer_id for o in returned.offers], ["spring"])
        repeated = self.storefront.recordReturn("q-3", back)
        self.assertEqual(repeated, returned)

    def test_a_released_reservation_gives_everything_back(self):
        from patron.marketing.ttypes import Bonus
        ben = self.customer("ben")
        self.marketing.giveBonus("bonus-2", "club", "hello", [Bonus(ben, 100)])
        request = self.basket(ben, points=-1)
        self.loyalty.reserve("", "b-ben", request, "", 60)
        self.assertEqual(self.balance(ben).available, 0)
        self.loyalty.release("", "b-ben")
        self.assertEqual(self.balance(ben).available, 100)

    def test_two_who_are_one_keep_everything_once(self):
        carla, carl = self.customer("carla"), self.customer("carl")
        self.buy(carla, "r-carla")
        self.buy(carl, "r-carl")
        before = self.balance(carla).available + self.balance(carl).available
        self.assertGreater(before, 0)
        self.loyalty.mergeCustomers("m-1", carla, carl)
        self.assertEqual(self.balance(carla).available, before)
        self.assertEqual(self.balance(carl), self.balance(carla))
        receipts = {p.purchase.receipt_id
                    for p in self.storefront.getHistory(carl, 9, "").purchases}
        self.assertEqual(receipts, {"r-carla", "r-carl"})

    def test_an_anonymous_receipt_is_claimed_with_its_points(self):
        dora = self.customer("dora")
        self.buy(None, "r-nobody")
        claimed = self.loyalty.claimReceipt("c-1", "r-nobody", dora)
        self.assertEqual([change.points for change in claimed.points], [30])
        self.assertEqual(self.balance(dora).available, 30)

    def test_a_clerk_adjusts_and_the_reason_stands_in_the_history(self):
        from patron.wire.ttypes import ErrorCode, PatronError
        eva = self.customer("eva")
        change = self.loyalty.adjustPoints("a-1", eva, "club", 40, "lost card")
        self.assertEqual((change.points, change.balance), (40, 40))
        with self.assertRaises(PatronError) as caught:
            self.loyalty.adjustPoints("a-2", eva, "club", -41, "too much")
        self.assertEqual(caught.exception.code, ErrorCode.FAILED_PRECONDITION)
        [entry] = self.loyalty.entries(eva, 10, "").entries
        self.assertEqual((entry.points, entry.cause), (40, "lost card"))

    def test_what_was_exported_applies_without_a_difference(self):
        from patron.marketing.ttypes import ApplyRequest
        files = self.marketing.exportDefinitions(0)
        reply = self.marketing.applyDefinitions(
            "", ApplyRequest(files=files.files, base_version=files.version))
        self.assertEqual((reply.version, reply.differences),
                         (files.version, []))


if __name__ == "__main__":
    LoyaltyTest.patrond, LoyaltyTest.thrift = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1], verbosity=2)

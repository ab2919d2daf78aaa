"""A stranger's client: Python generated from thrift/, the stock Thrift library,
and patrond as a program.

usage: storefront_test.py PATROND THRIFT_DIRECTORY
"""

import os
import signal
import subprocess
import sys
import tempfile
import unittest
import urllib.request

try:
    from thrift.protocol import TBinaryProtocol, TCompactProtocol
    from thrift.protocol import TMultiplexedProtocol
    from thrift.transport import TSocket, TTransport
except ImportError as missing:
    sys.exit(f"{missing}: install Debian's python3-thrift (tools/setup.sh does)")

PROTOCOLS = {
    "binary": TBinaryProtocol.TBinaryProtocol,
    "accelerated binary": TBinaryProtocol.TBinaryProtocolAccelerated,
    "compact": TCompactProtocol.TCompactProtocol,
}
DAY_US = 86_400_000_000
NOON_US = 1_767_268_800_000_000  # 2026-01-01T12:00:00Z


def generate(thrift_directory, out):
    os.makedirs(out)
    for name in ("types", "definitions", "checkout", "storefront", "admin",
                 "loyalty", "segments", "campaigns", "marketing"):
        subprocess.run(
            ["thrift", "--gen", "py", "-out", out,
             os.path.join(thrift_directory, name + ".thrift")],
            check=True, stderr=subprocess.DEVNULL)
    sys.path.insert(0, out)


class Patrond:
    """patrond on free ports over a fresh directory."""

    def __init__(self, program, directory, *flags):
        port_file = os.path.join(directory, "ports")
        self.log = os.path.join(directory, "log")
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                [program, "--data", os.path.join(directory, "data"),
                 "--port", "0", "--port-file", port_file, *flags], stderr=log)
        while not os.path.exists(port_file):
            if self.process.poll() is not None:
                raise RuntimeError("patrond ended: " + self.log_text())
            try:
                self.process.wait(0.02)
            except subprocess.TimeoutExpired:
                pass
        with open(port_file) as ports:
            self.port, self.http_port = map(int, ports.read().split())

    def log_text(self):
        with open(self.log) as log:
            return log.read()

    def page(self, path):
        url = f"http://127.0.0.1:{self.http_port}{path}"
        with urllib.request.urlopen(url) as answer:
            return answer.read().decode()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


class StorefrontTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="patron_e2e_")
        generate(cls.thrift, os.path.join(cls.directory.name, "py"))
        cls.server = Patrond(cls.patrond, cls.directory.name)

    @classmethod
    def tearDownClass(cls):
        code = cls.server.process.poll()
        if code is None:
            code = cls.server.stop()
        log = cls.server.log_text()
        cls.directory.cleanup()
        assert code == 0, f"patrond ended with {code}:\n{log}"
        assert "stopped" in log, log

    def connect(self, protocol="binary"):
        from patron.admin import Admin
        from patron.storefront import Storefront
        framed = TTransport.TFramedTransport(
            TSocket.TSocket("127.0.0.1", self.server.port))
        framed.open()
        self.addCleanup(framed.close)
        spoken = PROTOCOLS[protocol](framed)
        named = TMultiplexedProtocol.TMultiplexedProtocol(spoken, "Admin")
        return Storefront.Client(spoken), Admin.Client(named)

    def put_products(self, admin):
        from patron.wire.ttypes import Product
        products = [
            Product(product_id="milk", name="Whole milk 1 l", price=129,
                    currency="EUR", category_path=["food", "dairy"]),
            Product(product_id="bread", name="Rye bread", price=349,
                    currency="EUR", category_path=["food", "bakery"]),
            Product(product_id="tea", name="Grüner Tee", price=499,
                    currency="EUR", category_path=["food", "drinks"])]
        outcomes = admin.importProducts(products)
        self.assertEqual([o.error for o in outcomes], [None] * 3)

    def purchase(self, receipt, day=0, customer="anna", product="milk"):
        from patron.wire.ttypes import Purchase, PurchaseLine
        return Purchase(
            receipt_id=receipt, customer_id=customer, store_id="north",
            channel="web", currency="EUR", happened_at_us=NOON_US + day * DAY_US,
            lines=[PurchaseLine(product_id=product, quantity_milli=2000,
                                amount=258)])

    def test_every_protocol_gets_the_same_answers(self):
        from patron.storefront.ttypes import Placement, RecommendRequest
        storefront, admin = self.connect()
        self.put_products(admin)
        for day in (0, 7, 14):
            storefront.recordPurchase(f"q-{day}",
                                      self.purchase(f"anna-{day}", day))
        request = RecommendRequest(placement=Placement.HOME, customer_id="anna",
                                   store_id="north", channel="web", k=3)
        answers, contexts = [], []
        for protocol in PROTOCOLS:
            client, _ = self.connect(protocol)
            answers.append([(item.product_id, item.name, item.reason,
                             item.reason_text, item.price)
                            for item in client.recommend(request).items])
            context = client.getContext("anna", "north")
            contexts.append((context.facts, context.favourites,
                             context.last_purchases))
        self.assertEqual(answers[0][0][:2], ("milk", "Whole milk 1 l"))
        self.assertIn("Grüner Tee", [answer[1] for answer in answers[0]])
        self.assertEqual(answers, [answers[0]] * len(PROTOCOLS))
        self.assertEqual(contexts, [contexts[0]] * len(PROTOCOLS))
        self.assertEqual(contexts[0][0].purchases, 3)
        self.assertEqual(contexts[0][1][0].usual_interval_days, 7)

    def test_a_purchase_counts_once_and_its_token_explains_itself(self):
        from patron.storefront.ttypes import Placement, RecommendRequest
        storefront, admin = self.connect("compact")
        self.put_products(admin)
        answer = storefront.recommend(RecommendRequest(
            placement=Placement.HOME, customer_id="ben", store_id="north"))
        content = storefront.explainImpression(answer.impression_token)
        self.assertEqual(content.customer_id, "ben")
        self.assertEqual(content.product_ids,
                         [item.product_id for item in answer.items])
        bought = self.purchase("ben-1", customer="ben")
        bought.impression_token = answer.impression_token
        first = storefront.recordPurchase("ben-q", bought)
        self.assertEqual(storefront.recordPurchase("ben-q", bought), first)
        self.assertTrue(storefront.recordPurchase("", bought).duplicate)
        page = storefront.getHistory("ben", 10, "")
        self.assertEqual([p.purchase.receipt_id for p in page.purchases],
                         ["ben-1"])

    def test_errors_name_field_and_value(self):
        from patron.wire.ttypes import ErrorCode, PatronError
        storefront, _ = self.connect()
        wrong = self.purchase("wrong")
        wrong.lines[0].quantity_milli = -5
        with self.assertRaises(PatronError) as caught:
            storefront.recordPurchase("", wrong)
        self.assertEqual(caught.exception.code, ErrorCode.INVALID_ARGUMENT)
        self.assertIn("quantity_milli", caught.exception.message)
        self.assertIn("-5", caught.exception.message)
        self.assertFalse(caught.exception.retryable)
        with self.assertRaises(PatronError) as caught:
            storefront.getCustomer("nobody")
        self.assertEqual(caught.exception.code, ErrorCode.NOT_FOUND)

    def test_the_http_port_tells_health_and_metrics(self):
        storefront, _ = self.connect()
        storefront.readyAnswer(3)
        self.assertEqual(self.server.page("/healthz"), "ok\n")
        self.assertEqual(self.server.page("/readyz"), "ready\n")
        self.assertIn('patron_calls_total{method="readyAnswer",outcome="ok"}',
                      self.server.page("/metrics"))

    def test_a_restart_finds_every_purchase_and_ends_with_code_zero(self):
        with tempfile.TemporaryDirectory(prefix="patron_e2e_") as directory:
            kept = self.server
            try:
                type(self).server = Patrond(self.patrond, directory)
                storefront, _ = self.connect()
                storefront.recordPurchase("", self.purchase("carl-1",
                                                            customer="carl"))
                self.assertEqual(self.server.stop(), 0)
                os.remove(os.path.join(directory, "ports"))
                type(self).server = Patrond(self.patrond, directory)
                storefront, _ = self.connect()
                page = storefront.getHistory("carl", 10, "")
                self.assertEqual(page.purchases[0].purchase.receipt_id, "carl-1")
                self.assertEqual(self.server.stop(), 0)
            finally:
                if self.server.process.poll() is None:
                    self.server.stop()
                type(self).server = kept

    def refused(self, *flags):
        ended = subprocess.run([self.patrond, *flags], capture_output=True,
                               text=True, timeout=30)
        self.assertEqual(ended.returncode, 1, ended.stderr)
        return ended.stderr

    def test_wrong_options_end_with_a_message_that_names_them(self):
        data = os.path.join(self.directory.name, "data")
        fresh = os.path.join(self.directory.name, "fresh")
        self.assertIn("--data", self.refused())
        self.assertIn("--listen", self.refused("--data", fresh, "--listen=x"))
        self.assertIn("Atlantis", self.refused("--data", fresh,
                                               "--time-zone=Atlantis"))
        self.assertIn("max_calls", self.refused("--data", fresh,
                                                "--max-calls=0"))
        self.assertIn("not a flag", self.refused("--data", fresh, "please"))
        self.assertIn("data", self.refused("--data", data, "--port", "0"))
        self.assertIn("tokens", self.refused("--data", fresh, "--port", "0",
                                             "--listen", "0.0.0.0:0"))

    def test_help_tells_the_flags(self):
        told = subprocess.run([self.patrond, "--help"], capture_output=True,
                              text=True).stdout
        for flag in ("--data", "--tokens", "--time_zone", "--max_frame_mib"):
            self.assertIn(flag, told)

    def test_a_token_becomes_the_hash_that_its_file_wants(self):
        printed = subprocess.run([self.patrond, "--hash-token"], input="abc\n",
                                 capture_output=True, text=True, check=True)
        self.assertEqual(
            printed.stdout,
            "sha256:ba7816bf8f01cfea414140de5dae2223"
            "b00361a396177a9cb410ff61f20015ad\n")


if __name__ == "__main__":
    StorefrontTest.patrond, StorefrontTest.thrift = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1], verbosity=2)

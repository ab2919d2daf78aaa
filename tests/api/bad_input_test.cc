// Whatever reaches the port: it is answered with an error that names the field
// or closed, the server goes on, and nothing is written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thrift/TApplicationException.h>
#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/protocol/TCompactProtocol.h>

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/api/metrics.h"
#include "tests/api/harness.h"
#include "tests/testing/commands.h"
#include "tests/testing/seed.h"

namespace patron::api {
namespace {

using apache::thrift::transport::TMemoryBuffer;
using ::testing::HasSubstr;
namespace protocol = apache::thrift::protocol;

class BadInputTest : public ::testing::Test {
 protected:
  BadInputTest() {
    Client client(server_);
    wire::PurchaseReply reply;
    client->recordPurchase(reply, "",
                           testing::MakePurchase("r0", "c", {{"p"}}));
    before_ = server_.Checksum();
  }
  // Runs at the end of each test.
  void TearDown() override {
    EXPECT_EQ(server_.Checksum(), before_) << "something was written";
    Client client(server_);
    wire::PurchaseReply reply;
    client->recordPurchase(reply, "",
                           testing::MakePurchase("r1", "c", {{"p"}}));
    EXPECT_EQ(reply.receipt_id, "r1");
  }

  // What the server sends for `bytes` until it closes.
  std::string Exchange(absl::string_view bytes) {
    RawClient client(server_->port());
    client.Send(bytes);
    client.FinishSending();
    return client.ReadToEnd();
  }
  uint64_t Malformed() {
    const std::string page = HttpGet(server_->http_port(), "/metrics");
    const std::string name = "\npatron_malformed_frames_total ";
    const size_t at = page.find(name);
    return std::stoull(page.substr(at + name.size()));
  }

  TestServer server_;
  std::string before_;
};

// The bytes of a call whose arguments `write` writes.
template <typename Protocol>
std::string Call(const std::string& name,
                 const std::function<void(protocol::TProtocol&)>& write) {
  const auto buffer = std::make_shared<TMemoryBuffer>();
  Protocol out(buffer);
  out.writeMessageBegin(name, protocol::T_CALL, 7);
  out.writeStructBegin("args");
  write(out);
  out.writeFieldStop();
  out.writeMessageEnd();
  return buffer->getBufferAsString();
}

wire::Purchase Good() { return testing::MakePurchase("bad", "c", {{"p"}}); }

struct PurchaseCase {
  const char* what;
  std::function<void(wire::Purchase&)> change;
  const char* wanted;
};

TEST_F(BadInputTest, WrongPurchasesAreRefusedByTheFieldAndTheValue) {
  const std::string megabyte(1 << 20, 'x');
  const std::vector<PurchaseCase> cases = {
      {"no receipt", [](auto& p) { p.receipt_id = ""; }, "receipt_id"},
      {"long receipt", [&](auto& p) { p.receipt_id = megabyte; }, "receipt_id"},
      {"broken UTF-8", [](auto& p) { p.receipt_id = "a\xC3("; }, "receipt_id"},
      {"surrogate", [](auto& p) { p.__set_customer_id("\xED\xA0\x80"); },
       "customer_id"},
      {"control byte", [](auto& p) { p.store_id = std::string("a\0b", 3); },
       "store_id"},
      {"long channel", [&](auto& p) { p.channel = megabyte; }, "channel"},
      {"currency", [](auto& p) { p.currency = "Euro"; }, "currency"},
      {"before 1971", [](auto& p) { p.happened_at_us = 1; }, "happened_at_us"},
      {"negative time", [](auto& p) { p.happened_at_us = -5; },
       "happened_at_us"},
      {"far future", [](auto& p) { p.happened_at_us = INT64_MAX; },
       "happened_at_us"},
      {"no lines", [](auto& p) { p.lines.clear(); }, "lines"},
      {"negative quantity", [](auto& p) { p.lines[0].quantity_milli = -1000; },
       "quantity_milli"},
      {"huge amount", [](auto& p) { p.lines[0].amount = INT64_MAX; }, "amount"},
      {"no product", [](auto& p) { p.lines[0].product_id = ""; }, "product_id"},
  };
  Client client(server_);
  for (const PurchaseCase& wrong : cases) {
    wire::Purchase purchase = Good();
    wrong.change(purchase);
    wire::PurchaseReply reply;
    const auto error =
        ErrorOf([&] { client->recordPurchase(reply, "", purchase); });
    EXPECT_EQ(error.code, wire::ErrorCode::INVALID_ARGUMENT) << wrong.what;
    EXPECT_THAT(error.message, HasSubstr(wrong.wanted)) << wrong.what;
    EXPECT_LT(error.message.size(), 500u) << wrong.what;
    std::vector<wire::PurchaseOutcome> outcomes;
    client->recordPurchases(outcomes, {purchase});
    ASSERT_EQ(outcomes.size(), 1u);
    EXPECT_EQ(outcomes[0].error.code, wire::ErrorCode::INVALID_ARGUMENT);
  }
}

TEST_F(BadInputTest, OneWrongElementDoesNotHarmItsNeighbours) {
  wire::Purchase wrong = Good();
  wrong.lines[0].quantity_milli = -1;
  Client client(server_);
  std::vector<wire::ItemOutcome> outcomes;
  client.admin().importPurchases(
      outcomes, {testing::MakePurchase("r0", "c", {{"p"}}), wrong});
  ASSERT_EQ(outcomes.size(), 2u);
  EXPECT_TRUE(outcomes[0].duplicate);
  EXPECT_TRUE(outcomes[1].__isset.error);
  before_ = server_.Checksum();  // the duplicate moved the log on
}

TEST_F(BadInputTest, WrongArgumentsOfReadsAreRefusedByTheFieldAndTheValue) {
  Client client(server_);
  wire::Customer customer;
  wire::HistoryPage page;
  wire::RecommendReply reply;
  wire::ImpressionContent content;
  wire::RecommendRequest request;
  request.placement = wire::Placement::HOME;
  const struct {
    std::function<void()> call;
    wire::ErrorCode::type code;
    const char* wanted;
  } cases[] = {
      {[&] { client->getCustomer(customer, ""); },
       wire::ErrorCode::INVALID_ARGUMENT, "customer_id"},
      {[&] { client->getCustomer(customer, std::string(1 << 20, 'x')); },
       wire::ErrorCode::INVALID_ARGUMENT, "customer_id"},
      {[&] { client->getCustomer(customer, "nobody"); },
       wire::ErrorCode::NOT_FOUND, "nobody"},
      {[&] { client->getHistory(page, "c", 10, "elsewhere"); },
       wire::ErrorCode::INVALID_ARGUMENT, "elsewhere"},
      {[&] { client->explainImpression(content, "forged"); },
       wire::ErrorCode::INVALID_ARGUMENT, "token"},
      {[&] {
         request.k = 501;
         client->recommend(reply, request);
       },
       wire::ErrorCode::INVALID_ARGUMENT, "501"},
      {[&] {
         request.k = 10;
         request.placement = static_cast<wire::Placement::type>(77);
         client->recommend(reply, request);
       },
       wire::ErrorCode::INVALID_ARGUMENT, "77"},
      {[&] { client->readyAnswer(reply, -1); },
       wire::ErrorCode::INVALID_ARGUMENT, "-1"},
      {[&] { client.admin().dropCheckpoint("/etc"); },
       wire::ErrorCode::INVALID_ARGUMENT, "/etc"},
      {[&] { client.admin().dropCheckpoint(server_.data() + "/store"); },
       wire::ErrorCode::INVALID_ARGUMENT, "store"},
      {[&] {
         client.admin().dropCheckpoint(server_.data() +
                                       "/checkpoints/../store");
       },
       wire::ErrorCode::INVALID_ARGUMENT, "store"},
  };
  for (const auto& wrong : cases) {
    const auto error = ErrorOf(wrong.call);
    EXPECT_EQ(error.code, wrong.code) << error.message;
    EXPECT_THAT(error.message, HasSubstr(wrong.wanted));
    EXPECT_LT(error.message.size(), 500u);
  }
}

TEST_F(BadInputTest, FieldsOfAnotherTypeCountAsMissing) {
  const auto write = [](protocol::TProtocol& out) {
    out.writeFieldBegin("purchase", protocol::T_STRUCT, 2);
    out.writeFieldBegin("receipt_id", protocol::T_I64, 1);
    out.writeI64(4711);
    out.writeFieldStop();
  };
  for (const std::string& call :
       {Call<protocol::TBinaryProtocol>("recordPurchase", write),
        Call<protocol::TCompactProtocol>("recordPurchase", write)}) {
    const std::string answer = Exchange(Frame(call));
    EXPECT_THAT(answer, HasSubstr("receipt_id"));
  }
}

TEST_F(BadInputTest, AMethodThatIsNotThereIsToldAndTheConnectionLives) {
  const auto nothing = [](protocol::TProtocol&) {};
  const std::string answer =
      Exchange(Frame(Call<protocol::TBinaryProtocol>("explode", nothing)) +
               Frame(Call<protocol::TBinaryProtocol>("readyAnswer", nothing)));
  EXPECT_THAT(answer, HasSubstr("explode"));
  EXPECT_THAT(answer, HasSubstr("readyAnswer"));
}

TEST_F(BadInputTest, BytesThatAreNoCallCloseTheConnection) {
  const auto nothing = [](protocol::TProtocol&) {};
  const std::string call =
      Call<protocol::TBinaryProtocol>("readyAnswer", nothing);
  const std::string cases[] = {
      "GET / HTTP/1.1\r\n\r\n",
      Frame(""),
      Frame("x"),
      Frame("\x80"),
      Frame("\x82"),
      Frame(call.substr(0, 6)),
      Frame(std::string(1000, '\xff')),
      Frame(std::string("\x80\x01\x00\x01\x7f\xff\xff\xff name", 13)),
      Frame(
          std::string("\x80\x01\x00\x02\x00\x00\x00\x01x\x00\x00\x00\x00", 13)),
  };
  uint64_t malformed = Malformed();
  for (const std::string& bytes : cases) {
    EXPECT_EQ(Exchange(bytes), "");
    EXPECT_EQ(Malformed(), ++malformed);
  }
}

TEST_F(BadInputTest, ATruncatedFrameClosesTheConnection) {
  const uint64_t malformed = Malformed();
  EXPECT_EQ(Exchange(Length(100) + "only so much"), "");
  EXPECT_EQ(Exchange("\x01\x02"), "");
  EXPECT_EQ(Malformed(), malformed + 2);
}

TEST_F(BadInputTest, AFrameOfTwoGigabytesIsAnsweredWithBothSizes) {
  const auto nothing = [](protocol::TProtocol&) {};
  for (const std::string& call :
       {Call<protocol::TBinaryProtocol>("recordPurchase", nothing),
        Call<protocol::TCompactProtocol>("recordPurchase", nothing)}) {
    const std::string answer = Exchange(Length(0x7fffffff) + call);
    EXPECT_THAT(answer, HasSubstr("2147483647"));
    EXPECT_THAT(answer, HasSubstr("16777216"));
  }
  EXPECT_EQ(Exchange(Length(0xffffffff)), "");
  EXPECT_LT(ResidentBytes(), 1u << 30);
}

TEST_F(BadInputTest, AListOfTwoBillionElementsIsRefusedWithoutAllocating) {
  const auto list_of = [](uint32_t size) {
    return [size](protocol::TProtocol& out) {
      out.writeFieldBegin("purchases", protocol::T_LIST, 1);
      out.writeListBegin(protocol::T_STRUCT, size);
    };
  };
  const uint64_t resident = ResidentBytes();
  for (const uint32_t size : {0x7fffffffu, 0x80000000u, 0xffffffffu, 50'000u}) {
    const std::string binary = Exchange(Frame(
        Call<protocol::TBinaryProtocol>("recordPurchases", list_of(size))));
    EXPECT_THAT(binary, HasSubstr("recordPurchases"));
    EXPECT_THAT(binary, HasSubstr("do not decode"));
  }
  // The compact writer itself cannot say more than 31 bits.
  for (const uint32_t size : {0x7fffffffu, 50'000u}) {
    const std::string compact = Exchange(Frame(
        Call<protocol::TCompactProtocol>("recordPurchases", list_of(size))));
    EXPECT_THAT(compact, HasSubstr("do not decode"));
  }
  EXPECT_LT(ResidentBytes(), resident + (256 << 20));
}

TEST_F(BadInputTest, TextThatAnnouncesMoreThanItsFrameIsRefused) {
  const auto write = [](protocol::TProtocol& out) {
    out.writeFieldBegin("customer_id", protocol::T_STRING, 1);
    out.writeI32(0x7fffffff);
  };
  EXPECT_THAT(
      Exchange(Frame(Call<protocol::TBinaryProtocol>("getCustomer", write))),
      HasSubstr("do not decode"));
}

TEST_F(BadInputTest, RandomBytesDoNoHarm) {
  std::mt19937_64 random(testing::TestSeed(20261121));
  const auto nothing = [](protocol::TProtocol&) {};
  const std::string heads[] = {
      "", Call<protocol::TBinaryProtocol>("recordPurchase", nothing),
      Call<protocol::TCompactProtocol>("recordPurchases", nothing)};
  for (int round = 0; round < 300; ++round) {
    std::string bytes = heads[random() % 3];
    if (!bytes.empty()) bytes.pop_back();  // the stop of its arguments
    const size_t more = random() % 200;
    for (size_t at = 0; at < more; ++at)
      bytes.push_back(static_cast<char>(random()));
    Exchange(Frame(bytes));
  }
}

}  // namespace
}  // namespace patron::api

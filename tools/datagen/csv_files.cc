#include "tools/datagen/csv_files.h"

#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "server/base/status_macros.h"
#include "tools/datagen/csv_file.h"

namespace patron::datagen {
namespace {

// Digits of ids; CustomerId and its like in shop.h give the same.
constexpr int kCustomerDigits = 7, kProductDigits = 7, kStoreDigits = 3;
constexpr int kReceiptDigits = 9, kReturnDigits = 8, kEventDigits = 10;

struct Target {
  const Shop& shop;
  const std::string& directory;
  bool gzip;
  WriteCounts& counts;

  std::string Path(absl::string_view name) const {
    return absl::StrCat(directory, "/", name, ".csv");
  }
};

absl::Status Close(CsvFile& file, WriteCounts& counts) {
  PATRON_RETURN_IF_ERROR(file.Close());
  counts.bytes += file.bytes();
  return absl::OkStatus();
}

CsvFile& TextOrEmptyNumber(CsvFile& file, int number) {
  return number == 0 ? file.Empty() : file.Number(number);
}

CsvFile& CustomerOrEmpty(CsvFile& file, uint32_t customer) {
  return customer == kNone ? file.Empty()
                           : file.Id('C', kCustomerDigits, customer);
}

absl::string_view ServiceName(ServicePreference service) {
  switch (service) {
    case ServicePreference::kUnknown:
      return "unknown";
    case ServicePreference::kAssisted:
      return "assisted";
    case ServicePreference::kSelf:
      return "self";
  }
  return "";
}

absl::string_view TierName(Tier tier) {
  switch (tier) {
    case Tier::kLow:
      return "low";
    case Tier::kMiddle:
      return "middle";
    case Tier::kHigh:
      return "high";
  }
  return "";
}

void BoolOrEmpty(CsvFile& file, std::optional<bool> value) {
  if (value)
    file.Bool(*value);
  else
    file.Empty();
}

void WriteCustomer(CsvFile& file, uint32_t at, const Customer& c,
                   bool marketing) {
  file.Id('C', kCustomerDigits, at).Text(c.name).Text(c.email);
  file.Text(c.phone).Text(c.locale);
  for (const int number : {c.birth_year, c.birth_month, c.birth_day})
    TextOrEmptyNumber(file, number);
  file.Text(c.gender);
  TextOrEmptyNumber(file, c.household_size);
  file.Text(absl::StrJoin(c.children_birth_years, ";"));
  file.Text(absl::StrJoin(c.priorities, ";")).Text(ServiceName(c.service));
  file.Id('S', kStoreDigits, c.preferred_store);
  file.Text(ChannelName(c.preferred_channel));
  file.Bool(c.is_staff).Bool(c.is_business);
  BoolOrEmpty(file, c.consents_to_email);
  if (marketing) {
    file.Text(c.time_zone);
    BoolOrEmpty(file, c.consents_to_sms);
  }
  file.EndRow();
}

absl::Status WriteCustomers(const Target& to) {
  const bool marketing = to.shop.options().marketing;
  CsvFile file(
      to.Path("customers"), to.gzip,
      absl::StrCat("customer_id,name,email,phone,locale,birth_year,birth_month,"
                   "birth_day,gender,household_size,children_birth_years,"
                   "priorities,service_preference,preferred_store_id,"
                   "preferred_channel,is_staff,is_business,"
                   "consent.email.marketing",
                   marketing ? ",time_zone,consent.sms.marketing" : ""));
  const People& people = to.shop.people();
  for (uint32_t c = 0; c < people.customer_count(); ++c)
    WriteCustomer(file, c, people.CustomerAt(c), marketing);
  return Close(file, to.counts);
}

absl::Status WriteProducts(const Target& to) {
  CsvFile file(to.Path("products"), to.gzip,
               "product_id,name,category_path,brand,price_tier,motive,price,"
               "currency,minimum_age,limitations");
  const Catalogue& catalogue = to.shop.catalogue();
  for (uint32_t p = 0; p < catalogue.products().size(); ++p) {
    const Product& product = catalogue.products()[p];
    const CategoryWords& words = *catalogue.CategoryOf(p).words;
    file.Id('P', kProductDigits, p).Text(catalogue.Name(p)).Text(words.path);
    file.Text(BrandName(product.brand)).Text(TierName(product.tier));
    file.Text(product.is_quality ? "quality" : "value").Number(product.price);
    file.Text(to.shop.options().currency);
    TextOrEmptyNumber(file, words.minimum_age).Text(words.limitations);
    file.EndRow();
  }
  return Close(file, to.counts);
}

absl::Status WriteStock(const Target& to) {
  CsvFile file(to.Path("stock"), to.gzip,
               "product_id,store_id,quantity,price,currency,as_of");
  const Catalogue& catalogue = to.shop.catalogue();
  for (uint32_t p = 0; p < catalogue.products().size(); ++p) {
    for (uint32_t s = 0; s < catalogue.stores().size(); ++s) {
      const std::optional<Stock> stock = to.shop.StockOf(s, p);
      if (!stock) continue;
      file.Id('P', kProductDigits, p).Id('S', kStoreDigits, s);
      file.Milli(stock->quantity_milli).Number(stock->price);
      file.Text(to.shop.options().currency).Time(to.shop.end()).EndRow();
      ++to.counts.stock;
    }
  }
  return Close(file, to.counts);
}

absl::Status WritePlanted(const Target& to) {
  CsvFile file(to.Path("planted"), to.gzip, "product_id,complement_id");
  const std::vector<Product>& products = to.shop.catalogue().products();
  for (uint32_t p = 0; p < products.size(); ++p) {
    if (products[p].complement == kNone) continue;
    file.Id('P', kProductDigits, p);
    file.Id('P', kProductDigits, products[p].complement).EndRow();
  }
  return Close(file, to.counts);
}

absl::Status WriteStaples(const Target& to) {
  CsvFile file(to.Path("staples"), to.gzip, "product_id,interval_days");
  const std::vector<Product>& products = to.shop.catalogue().products();
  for (uint32_t p = 0; p < products.size(); ++p) {
    if (products[p].interval_days == 0) continue;
    file.Id('P', kProductDigits, p).Number(products[p].interval_days).EndRow();
  }
  return Close(file, to.counts);
}

// The three files that grow together while the shop plays.
class LogWriter : public ShopListener {
 public:
  LogWriter(const Target& to, const WriteOptions& options)
      : options_(options),
        counts_(to.counts),
        currency_(to.shop.options().currency),
        purchases_(to.Path("purchases"), to.gzip,
                   "receipt_id,customer_id,store_id,channel,currency,"
                   "happened_at,product_id,quantity,amount,list_amount,"
                   "discount.loyalty,tax"),
        returns_(to.Path("returns"), to.gzip,
                 "return_id,receipt_id,line,quantity,happened_at,store_id,"
                 "reason"),
        events_(to.Path("events"), to.gzip,
                "event_id,kind,customer_id,happened_at,product_id,store_id,"
                "channel,dwell_ms,text,value,source") {}

  void OnReceipt(const Receipt& receipt) override {
    WriteHead(receipt);
    head_ = std::string(purchases_.RowSoFar());
    bool is_first = true;
    for (const Line& line : receipt.lines) {
      if (!is_first) purchases_.Begin(head_);
      is_first = false;
      WriteLine(line);
    }
    ++counts_.receipts;
    counts_.lines += receipt.lines.size();
  }

  void OnReturn(const Return& back) override {
    returns_.Id('T', kReturnDigits, back.number);
    returns_.Id('R', kReceiptDigits, back.receipt).Number(back.line);
    returns_.Milli(back.quantity_milli).Time(back.happened_at);
    returns_.Id('S', kStoreDigits, back.store).Text(back.reason).EndRow();
    ++counts_.returns;
  }

  void OnEvent(const Event& event) override {
    events_.Id('E', kEventDigits, event.number);
    events_.Text(EventKindName(event.kind));
    CustomerOrEmpty(events_, event.customer).Time(event.happened_at);
    if (event.product == kNone)
      events_.Empty();
    else
      events_.Id('P', kProductDigits, event.product);
    events_.Id('S', kStoreDigits, event.store).Text(ChannelName(event.channel));
    if (event.dwell)
      events_.Number(absl::ToInt64Milliseconds(*event.dwell));
    else
      events_.Empty();
    events_.Text(event.text);
    if (event.value)
      events_.Number(*event.value);
    else
      events_.Empty();
    events_.Text(event.source).EndRow();
    ++counts_.events;
  }

  absl::Status OnDayEnd(int done, int days) override {
    if (options_.on_day) options_.on_day(done, days);
    for (const CsvFile* file : {&purchases_, &returns_, &events_})
      PATRON_RETURN_IF_ERROR(file->status());
    return absl::OkStatus();
  }

  absl::Status CloseAll() {
    for (CsvFile* file : {&purchases_, &returns_, &events_})
      PATRON_RETURN_IF_ERROR(Close(*file, counts_));
    return absl::OkStatus();
  }

 private:
  void WriteHead(const Receipt& receipt) {
    purchases_.Id('R', kReceiptDigits, receipt.number);
    CustomerOrEmpty(purchases_, receipt.customer);
    purchases_.Id('S', kStoreDigits, receipt.store);
    purchases_.Text(ChannelName(receipt.channel)).Text(currency_);
    purchases_.Time(receipt.happened_at);
  }

  void WriteLine(const Line& line) {
    purchases_.Id('P', kProductDigits, line.product).Milli(line.quantity_milli);
    purchases_.Number(line.amount).Number(line.list_amount);
    TextOrEmptyNumber(purchases_, line.discount).Number(line.tax).EndRow();
  }

  const WriteOptions& options_;
  WriteCounts& counts_;
  const std::string& currency_;
  CsvFile purchases_, returns_, events_;
  std::string head_;  // the cells that all lines of a receipt share
};

absl::Status WriteLog(const Target& to, const WriteOptions& options) {
  LogWriter writer(to, options);
  PATRON_RETURN_IF_ERROR(to.shop.Play(writer));
  return writer.CloseAll();
}

absl::Status MakeDirectory(const std::string& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (!error) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("out: ", directory, " cannot be made: ", error.message()));
}

}  // namespace

absl::StatusOr<WriteCounts> WriteShop(const Shop& shop,
                                      const std::string& directory,
                                      const WriteOptions& options) {
  WriteCounts counts;
  const Target to{shop, directory, options.gzip, counts};
  PATRON_RETURN_IF_ERROR(MakeDirectory(directory));
  for (const auto write :
       {WriteCustomers, WriteProducts, WriteStock, WritePlanted, WriteStaples})
    PATRON_RETURN_IF_ERROR(write(to));
  PATRON_RETURN_IF_ERROR(WriteLog(to, options));
  return counts;
}

}  // namespace patron::datagen

#include "tools/bench/beside.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "tools/bench/purchases.h"

namespace patron::bench {

Looping::Looping(Call call)
    : call_(std::move(call)), thread_([this] {
        while (!stop_.load() && failed_.ok()) {
          failed_ = call_();
          ++calls_;
        }
      }) {}

Looping::~Looping() {
  stop_.store(true);
  if (thread_.joinable()) thread_.join();
}

absl::StatusOr<int64_t> Looping::Stop() {
  stop_.store(true);
  thread_.join();
  PATRON_RETURN_IF_ERROR(failed_);
  return calls_;
}

absl::StatusOr<LoadResult> Buy(const BenchOptions& options,
                               const ShopSize& shop, int port,
                               const std::string& name) {
  return RunLoad(kBuyers, options.round, [&](int thread) {
    const auto maker = std::make_shared<PurchaseMaker>(
        shop, absl::StrCat(name, "-", thread), static_cast<uint64_t>(thread));
    return OverThrift(port, [maker](wire::StorefrontClient& storefront) {
      const wire::Purchase& purchase = maker->Next();
      wire::PurchaseReply reply;
      storefront.recordPurchase(reply, purchase.receipt_id, purchase);
    });
  });
}

Figure P99Beside(const std::string& bench, const std::string& beside,
                 const Rounds& with, const Rounds& without) {
  Figure figure;
  figure.bench = bench;
  figure.setting = absl::StrCat("purchases of 8 connections, ", beside);
  figure.SetLatencies(with.latencies());
  figure.value = absl::ToDoubleMicroseconds(*figure.p99);
  figure.unit = "us";
  figure.floor = "p99 without";
  figure.floor_value =
      absl::ToDoubleMicroseconds(without.latencies().Percentile(0.99));
  Tell(absl::StrCat(beside, ": ", static_cast<int64_t>(with.rate()),
                    " purchases/s, without ",
                    static_cast<int64_t>(without.rate())));
  return figure;
}

}  // namespace patron::bench

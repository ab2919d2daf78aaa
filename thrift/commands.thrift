// What may change State: one command, one place in the log, one reply.
//
// A field or a command is added with a new number; numbers are never reused.
// What Apply does with a command may depend on State and the command alone.
namespace cpp patron.wire
include "types.thrift"

// One answer of the recommender as it was shown.
struct Impression {
  1: i64 shown_at_us
  2: i32 placement
  3: string customer_id                    // "" = anonymous
  4: string store_id
  5: i64 index_version
  6: list<i32> products                    // product ordinals, best first
  7: i64 answer_id                         // the same number as in the impression token
}
struct RecordImpressions { 1: list<Impression> impressions }

// Forgets replies remembered at positions before this one.
struct ForgetReplies { 1: i64 before_position }

union CommandBody {
  1: types.Customer put_customer
  2: types.Product put_product
  3: types.StockLevel put_stock
  4: types.Purchase record_purchase
  5: types.PurchaseReturn record_return
  6: types.Event record_event
  7: RecordImpressions record_impressions
  8: ForgetReplies forget_replies
}

// The body is the caller's, untouched; the envelope is stamped on entry and is
// left out when a repeated request is compared with the first.
struct Command {
  1: string request_id                     // "" = its reply is not remembered
  2: i64 logged_at_us                      // never goes backwards
  3: i32 local_day                         // the shop's day of happened_at_us (else logged_at_us), since 1970-01-01
  4: string actor                          // who asked: the token's name
  5: CommandBody body
}

// What a command answers. Exactly one is set: `refusal` when nothing was changed.
struct Refusal { 1: types.ErrorCode code, 2: string message }
struct Done { 1: i64 log_position, 2: bool duplicate }
union CommandReply {
  1: Refusal refusal
  2: Done done
  3: types.PurchaseReply purchase
  4: types.ReturnReply purchase_return
}

// Segments: customers for whom a rule holds, while one waits.
namespace cpp patron.wire
namespace py patron.segments
include "types.thrift"
include "definitions.thrift"
include "storefront.thrift"

// Whom a question is about: a segment by its id, or a rule. Both: customers of
// the segment for whom the rule holds too. Neither: everybody.
struct Audience { 1: string segment_id, 2: string rule }

// An answer holds for the State at log_position and the shop's day.
struct SegmentCount {
  1: i64 customers
  2: i64 of                                // all customers
  3: i64 log_position
  4: i32 day
  5: string rule                           // in its normal form
  6: i64 took_us
}

enum SegmentKind { OWN = 1, READY_MADE = 2, UPLOADED = 3 }
struct SegmentInfo {
  1: definitions.Segment segment           // UPLOADED: without rule
  2: SegmentKind kind
  3: i64 customers
  4: i64 log_position
}

struct MembersPage { 1: list<string> customer_ids, 2: string next_cursor, 3: i64 log_position }

// Rows as text: CSV (RFC 4180, a header first) or JSON lines. The first column
// is customer_id; `fields` are customer fields as a rule writes them.
struct ExportRequest {
  1: Audience audience
  2: string format = "csv"                 // csv, jsonl
  3: list<string> fields
  4: i32 limit = 20000                     // rows, 1 to 100000
  5: string cursor                         // "" starts
}
struct ExportPage {
  1: binary rows                           // whole rows; the header on the first page
  2: i64 count                             // rows
  3: string next_cursor                    // "" = this was the last page
  4: i64 log_position
}

struct ClauseAnswer { 1: string text, 2: bool holds }
struct Membership {
  1: bool member
  2: list<ClauseAnswer> clauses            // parts of the outermost "and"
  3: i32 decided                           // the clause that decided; -1 = none did
  4: string text                           // for people
  5: i64 log_position
}

struct SegmentPart { 1: i64 customers, 2: list<storefront.AmountIn> average_spend }   // a customer, net of returns
struct SegmentComparison {
  1: SegmentPart both
  2: SegmentPart only_first
  3: SegmentPart only_second
  4: i64 log_position
}

// What a rule may name.
struct RuleField {
  1: string name                           // as a rule writes it: spend["…"]
  2: string of                             // customer, lines, events, product
  3: string type                           // number, money, duration, date, text, set, truth
  4: string help
}

enum ListChange { REPLACE = 1, ADD = 2, REMOVE = 3 }
struct UploadReply {
  1: i64 customers                         // of the list, after
  2: i64 changed                           // added or removed
  3: i64 unknown
  4: list<string> unknown_ids              // the first hundred
}

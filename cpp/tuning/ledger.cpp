// What two runs of a study must share to the bit.
#include <bit>
#include <string_view>

#include "base/sha256.hpp"
#include "tuning/study.hpp"

namespace latpred {
namespace {

void append(std::string& bytes, std::uint64_t word) {
    for (int i = 0; i < 8; ++i)
        bytes.push_back(static_cast<char>((word >> (8 * i)) & 0xffU));
}

void append(std::string& bytes, std::string_view text) {
    append(bytes, text.size());
    bytes.append(text);
}

void append(std::string& bytes, const std::vector<double>& values) {
    append(bytes, values.size());
    for (const double value : values)
        append(bytes, std::bit_cast<std::uint64_t>(value));
}

}  // namespace

std::string Study::ledger_hash() const {
    std::string bytes;
    for (const TrialRecord& record : trials_) {
        append(bytes, record.configuration);
        append(bytes, state_name(record.state));
        append(bytes, record.reason);
        append(bytes, record.losses);
    }
    return sha256(bytes);
}

}  // namespace latpred

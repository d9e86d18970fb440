// The last guard of messages, whoever wrote them.
#pragma once

#include <string>
#include <string_view>

namespace latpred {

/// As `excerpt`, for a whole message: its lines stay.
std::string bounded(std::string_view text, std::size_t most = 4000);

}  // namespace latpred

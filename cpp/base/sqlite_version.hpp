// What stores ask of SQLite, which Python opens them with.
#pragma once

#include <array>

namespace latpred {

/// STRICT tables came with it; https://www.sqlite.org/stricttables.html
inline constexpr std::array least_sqlite = {3, 37, 0};

}  // namespace latpred

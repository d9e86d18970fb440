// Numbers that files and specs hold as int, as indices.
#pragma once

#include <cstddef>

namespace latpred {

/// Not negative, as whoever read it has checked.
constexpr std::size_t as_index(int number) {
    return static_cast<std::size_t>(number);
}

}  // namespace latpred

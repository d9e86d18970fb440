// Values out of bytes.
#pragma once

#include <algorithm>
#include <span>
#include <string_view>

namespace latpred {

/// Fills `values`, which take as many bytes. Nothing of nothing is fine, as it is not for memcpy.
template <class T>
void copy_bytes(std::string_view bytes, std::span<T> values) {
    std::ranges::copy(bytes, reinterpret_cast<char*>(values.data()));
}

}  // namespace latpred

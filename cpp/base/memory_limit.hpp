// Sizes that users give, against the memory that there is.
#pragma once

#include <cstddef>
#include <string_view>

namespace latpred {

/// Bytes that this process may still take: what the machine has left, what its control group and
/// its own limit of address space leave. Asks the system, so it is not for loops.
double free_memory_bytes();

/// ConfigError, beginning with `what` ("sample: 20000000000 architectures"), where `count` things
/// of `bytes_each` need more memory than there is. Called before they are allocated: the system
/// hands out more than it has and then ends the process. Cheap for sizes that are small anyway.
void require_memory(std::string_view what, double count, double bytes_each);

/// The same, `what` being "<where>: <count> <things>".
void require_memory(std::string_view where, std::size_t count, std::string_view things,
                    double bytes_each);

}  // namespace latpred

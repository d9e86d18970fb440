// Networks as the block profiler's files write them: "mbconv3_e3_k5->mbconv3_e6_k7|…", blocks of a
// unit joined by "->", units by "|" (Mills et al., CIKM 2021).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "datasets/text_rows.hpp"

namespace latpred {

/// Columns of a file, a text a row.
struct NetStringRows {
    std::span<const std::string> networks;     ///< "net_str"
    std::span<const std::string> resolutions;  ///< in pixels
    std::span<const std::string> units;        ///< "ns", "us", "ms" or "s"
    std::span<const std::string> latencies;    ///< in those units
};

/// The rows in ms. Blocks are "mbconv3_e6_k7" of OFA-MobileNetV3 and "mbconv2_e6_k7" of
/// ProxylessNAS. ConfigError for other spaces, DataError where the columns differ in length.
TextRows read_net_strings(const SpacePtr& space, const NetStringRows& rows,
                          const RowNames& names = {});

/// Networks in that form, without their resolution. ConfigError for other spaces.
std::vector<std::string> net_strings(const Architectures& archs);

/// Pixels of each network's input. ConfigError for other spaces.
std::vector<int> net_resolutions(const Architectures& archs);

}  // namespace latpred

// Tables over several depths or neighbouring blocks, beside those of a block layout.
#pragma once

#include <string>
#include <vector>

#include "predictors/additive_prior.hpp"
#include "predictors/block_table.hpp"

namespace latpred {

/// One table: weights by joint choice of `columns`, where the gate is open.
struct Interaction {
    std::vector<int> columns;
    int gate = -1;
    GeneValue gate_from = 0;
    int choices = 1;
};

/// The tables of a group (see interactions.hpp) that the space has, without those of more than
/// 4,096 entries.
std::vector<Interaction> interactions_of(const BlockLayout& layout, const std::string& group);

/// N x all entries of all tables, 1 where a row has the entry.
FeatureMatrix interaction_matrix(const BlockLayout& layout,
                                 const std::vector<Interaction>& interactions,
                                 const Architectures& archs);

/// The tables as terms, from a weight for each column of that matrix.
std::vector<TableTerm> interaction_terms(const BlockLayout& layout,
                                         const std::vector<Interaction>& interactions,
                                         const Eigen::VectorXd& weights);

}  // namespace latpred

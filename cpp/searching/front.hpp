// The non-dominated set, kept while a search runs.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "searching/ranking.hpp"
#include "spaces/gene.hpp"

namespace latpred {

/// At most `capacity` points; beyond, those nearest to their neighbours go. The ends stay.
class ParetoFront {
  public:
    ParetoFront(std::size_t goals, std::size_t gene_count, std::size_t capacity)
        : goals_(goals), gene_count_(gene_count), capacity_(capacity) {}

    /// False where the point is dominated by, or equal to, a kept one.
    bool insert(std::span<const double> scores, std::span<const GeneValue> genes);

    [[nodiscard]] std::size_t size() const { return scores_.size() / goals_; }
    [[nodiscard]] Points points() const { return {scores_, goals_}; }
    [[nodiscard]] std::span<const GeneValue> genes(std::size_t i) const {
        return std::span(genes_).subspan(i * gene_count_, gene_count_);
    }
    /// Numbers of the points, best score of the last goal first (then of the one before it, …).
    [[nodiscard]] std::vector<std::size_t> order() const;

  private:
    bool insert_sorted(std::span<const double> scores, std::span<const GeneValue> genes);
    bool insert_anywhere(std::span<const double> scores, std::span<const GeneValue> genes);
    void erase(std::size_t begin, std::size_t end);
    void thin_sorted();
    void thin();

    std::size_t goals_;
    std::size_t gene_count_;
    std::size_t capacity_;
    std::vector<double> scores_;      ///< row-major; two goals: descending second score
    std::vector<GeneValue> genes_;    ///< row-major
    std::size_t last_dominator_ = 0;  ///< candidates of one batch often fall to the same point
};

}  // namespace latpred

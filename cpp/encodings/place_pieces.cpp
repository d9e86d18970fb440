#include "encodings/place_pieces.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "base/index.hpp"

namespace latpred {
namespace {

class Cutter {
  public:
    Cutter(const OpGraph& graph, const PlaceMap& map) : graph_(graph), map_(map) {
        pieces_.piece.assign(graph.ops.size(), -1);
        pieces_.repeats.assign(graph.ops.size(), false);
        last_.assign(map.places().size(), -1);
        repeated_.assign(map.places().size(), false);
    }

    PlacePieces cut() && {
        find_places();
        for (std::size_t i = 0; i < graph_.ops.size(); ++i) {
            if (graph_.ops[i].kind != OpKind::input)
                add(i);
        }
        std::ranges::sort(pieces_.edges);
        const auto again = std::ranges::unique(pieces_.edges);
        pieces_.edges.erase(again.begin(), again.end());
        return std::move(pieces_);
    }

  private:
    using Cell = std::pair<int, int>;  ///< unit, layer

    void find_places() {
        for (const Op& op : graph_.ops) {
            place_of_.push_back(op.kind == OpKind::input ? 0 : map_.place_of(op));
            const int unit = map_.places()[place_of_.back()].unit;
            if (op.kind != OpKind::input && unit >= 0 && op.unit != unit)
                repeated_[place_of_.back()] = true;
        }
    }

    void add(std::size_t i) {
        const Op& op = graph_.ops[i];
        const std::size_t place = place_of_[i];
        if (repeated_[place]) {
            if (first_cell_.first < 0)
                first_cell_ = {op.unit, op.layer};
            const auto same = piece_in_first_.find(op.part);
            if (first_cell_ != Cell{op.unit, op.layer} && same != piece_in_first_.end()) {
                pieces_.repeats[i] = true;
                pieces_.piece[i] = same->second;
                return;
            }
        }
        int reads = -1;
        for (const int source : graph_.inputs_of(op))
            reads = std::max(reads, pieces_.piece[as_index(source)]);
        int& piece = last_[place];
        if (piece < reads || piece < 0) {
            piece = static_cast<int>(pieces_.place.size());
            pieces_.place.push_back(place);
        }
        pieces_.piece[i] = piece;
        if (repeated_[place])
            piece_in_first_[op.part] = piece;
        for (const int source : graph_.inputs_of(op)) {
            const int from = pieces_.piece[as_index(source)];
            if (from >= 0 && from != piece)
                pieces_.edges.emplace_back(piece, from);
        }
    }

    const OpGraph& graph_;
    const PlaceMap& map_;
    std::vector<std::size_t> place_of_;  ///< of each operator
    std::vector<bool> repeated_;         ///< of each place: whether a cell that repeats has it
    std::vector<int> last_;              ///< of each place: its last piece
    Cell first_cell_{-1, -1};
    std::map<std::string, int> piece_in_first_;  ///< by the operator's part
    PlacePieces pieces_;
};

}  // namespace

PlacePieces pieces_of(const OpGraph& graph, const PlaceMap& map) {
    return Cutter(graph, map).cut();
}

}  // namespace latpred

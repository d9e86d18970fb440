#include "base/content_kind.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/error.hpp"

namespace latpred {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t application_place = 68;  // in the header of an SQLite file, big-endian

using Start = std::pair<std::string_view, std::string_view>;

constexpr std::array<Start, 21> starts{{
    {"\x89PNG\r\n"sv, "a PNG image"},
    {"\xFF\xD8\xFF"sv, "a JPEG image"},
    {"GIF8"sv, "a GIF image"},
    {"%PDF"sv, "a PDF document"},
    {"\x1F\x8B"sv, "a gzip file"},
    {"BZh"sv, "a bzip2 file"},
    {"\xFD"
     "7zXZ"sv,
     "an xz file"},
    {"\x28\xB5\x2F\xFD"sv, "a zstd file"},
    {"7z\xBC\xAF\x27\x1C"sv, "a 7z archive"},
    {"PAR1"sv, "a Parquet table"},
    {"ARROW1"sv, "an Arrow file"},
    {"\x89HDF\r\n"sv, "an HDF5 file"},
    {"\x93NUMPY"sv, "a NumPy array (.npy)"},
    {"\x7F"
     "ELF"sv,
     "a program or library"},
    {"GGUF"sv, "a GGUF model"},
    {"version https://git-lfs"sv, "a Git LFS pointer, whose file was not fetched,"},
    {"<?xml"sv, "XML text"},
    {"<svg"sv, "an SVG image"},
    {"<!DOCTYPE"sv, "an HTML page"},
    {"<!doctype"sv, "an HTML page"},
    {"<html"sv, "an HTML page"},
}};

std::string_view sqlite_kind(std::string_view bytes) {
    const std::string_view application = bytes.substr(std::min(bytes.size(), application_place), 4);
    if (application == "LPRC")
        return "a campaign store of latpred";
    if (application == "lpST")
        return "a study of latpred.tune";
    return "an SQLite database";
}

std::string_view zip_kind(std::string_view bytes) {
    if (bytes.find(".npy") != std::string_view::npos)
        return "a NumPy archive (.npz)";
    if (bytes.find("data.pkl") != std::string_view::npos)
        return "a PyTorch checkpoint";
    return "a zip archive";
}

/// A protobuf whose first field is a small number (the version) and whose second is one that
/// models of ONNX have.
bool is_onnx(std::string_view bytes) {
    return bytes.size() > 3 && bytes[0] == 8 && bytes[1] >= 1 && bytes[1] <= 32 &&
           "\x12\x1A\x22\x3A\x42"sv.find(bytes[2]) != std::string_view::npos;
}

bool is_text(std::string_view bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](char byte) {
        const auto code = static_cast<unsigned char>(byte);
        return code >= 0x20 ? code != 0x7F : (code >= 9 && code <= 13) || code == 0x1B;
    });
}

/// An object or list; "[name]" begins a section of settings.
bool begins_as_json(std::string_view text) {
    const std::size_t next = text.find_first_not_of(" \t\r\n", 1);
    const std::string_view inside = next == std::string_view::npos ? "" : text.substr(next);
    if (text[0] == '{')
        return inside.empty() || inside[0] == '"' || inside[0] == '}';
    if (text[0] != '[')
        return false;
    return inside.empty() || "[]{\"-0123456789"sv.find(inside[0]) != std::string_view::npos ||
           inside.starts_with("true") || inside.starts_with("false") || inside.starts_with("null");
}

std::string_view text_kind(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos)
        return "a file of blanks";
    if (begins_as_json(text.substr(first)))
        return "JSON text";
    const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
    const bool cells = line.find_first_of(",;\t") != std::string_view::npos;
    return cells && line.size() < text.size() ? "a table as text (CSV)" : "a text";
}

}  // namespace

bool begins_as_safetensors(std::string_view bytes) {
    if (bytes.size() < 9 || bytes[8] != '{')
        return false;
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), sizeof length);
    return length >= 2 && length <= std::uint64_t{100} << 20;
}

std::string content_kind(std::string_view bytes) {
    bytes = bytes.substr(0, told_bytes);
    if (bytes.empty())
        return "an empty file";
    if (begins_as_safetensors(bytes)) {
        const bool own = bytes.find("latpred_format") != std::string_view::npos;
        return own ? "a latpred model" : "a safetensors file";
    }
    if (bytes.starts_with("SQLite format 3\0"sv))
        return std::string(sqlite_kind(bytes));
    if (bytes.starts_with("PK\x03\x04"sv))
        return std::string(zip_kind(bytes));
    for (const auto& [start, kind] : starts) {
        if (bytes.starts_with(start))
            return std::string(kind);
    }
    const auto second = static_cast<unsigned char>(bytes.size() > 1 ? bytes[1] : '\0');
    if (bytes[0] == '\x80' && second >= 2 && second <= 5)
        return bytes.substr(2, 2) == "\x8A\x0A" ? "a PyTorch checkpoint" : "a Python pickle";
    if (is_onnx(bytes))
        return "an ONNX model";
    return std::string(is_text(bytes) ? text_kind(bytes) : std::string_view());
}

void refuse_other_kind(std::string_view bytes, const std::string& where,
                       const std::string& expected) {
    const std::string kind = content_kind(bytes);
    if (!kind.empty() && !begins_as_safetensors(bytes))
        throw CorruptionError(where + ": " + kind + ", not " + expected);
}

}  // namespace latpred

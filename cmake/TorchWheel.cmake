# Finds the torch wheel of the interpreter that builds us. find_package(Torch) is not used:
# on a CUDA wheel it insists on a CUDA toolkit that users of the wheel do not have.
execute_process(
  COMMAND "${Python_EXECUTABLE}" -c
          "import importlib.util as u; print(u.find_spec('torch').submodule_search_locations[0], end='')"
  OUTPUT_VARIABLE TORCH_FOLDER
  RESULT_VARIABLE torch_missing
  ERROR_QUIET)
if(torch_missing)
  message(FATAL_ERROR "latpred needs torch 2.9 or newer in ${Python_EXECUTABLE}: pip install torch==2.13.0")
endif()
file(READ "${TORCH_FOLDER}/version.py" torch_version)
string(REGEX MATCH "__version__ = '([0-9]+\\.[0-9]+)([^']*)'" torch_found "${torch_version}")
set(TORCH_SERIES "${CMAKE_MATCH_1}")
set(TORCH_VERSION "${CMAKE_MATCH_1}${CMAKE_MATCH_2}")
if(NOT torch_found OR TORCH_SERIES VERSION_LESS 2.9)
  message(FATAL_ERROR "latpred builds against torch 2.9 or newer; ${TORCH_FOLDER} holds ${TORCH_VERSION}.")
elseif(NOT TORCH_VERSION MATCHES "^2\\.(13\\.0|14\\.1)")
  message(WARNING "latpred is tested with torch 2.13.0 and 2.14.1; with ${TORCH_VERSION} it is not.")
endif()
add_library(torch_wheel INTERFACE)
target_include_directories(torch_wheel SYSTEM INTERFACE "${TORCH_FOLDER}/include")
target_link_libraries(torch_wheel INTERFACE "${TORCH_FOLDER}/lib/libtorch_cpu.so"
                                            "${TORCH_FOLDER}/lib/libc10.so")

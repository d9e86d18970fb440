# Header-only dependencies come as wheels; the interpreter knows where they lie.
function(latpred_python_path variable code what)
  execute_process(
    COMMAND "${Python_EXECUTABLE}" -c "${code}"
    OUTPUT_VARIABLE path
    RESULT_VARIABLE failed
    ERROR_QUIET)
  if(failed)
    message(FATAL_ERROR "latpred needs ${what} in ${Python_EXECUTABLE}: pip install '${what}'")
  endif()
  set(${variable} "${path}" PARENT_SCOPE)
endfunction()

latpred_python_path(EIGEN_FOLDER
  "import importlib.metadata as m; f=[p for p in m.files('cmeel-eigen') if str(p).endswith('eigen3/Eigen/Dense')][0]; print(f.locate().resolve().parent.parent, end='')"
  "cmeel-eigen>=3.4,<4")
latpred_python_path(JSON_FOLDER
  "import importlib.metadata as m; f=[p for p in m.files('nlohmann-json') if str(p).endswith('nlohmann/json.hpp')][0]; print(f.locate().resolve().parent.parent, end='')"
  "nlohmann-json>=3.11,<4")
add_library(header_wheels INTERFACE)
target_include_directories(header_wheels SYSTEM INTERFACE "${EIGEN_FOLDER}" "${JSON_FOLDER}")
target_compile_definitions(header_wheels INTERFACE EIGEN_DONT_PARALLELIZE)

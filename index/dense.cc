#include "index/dense.h"

#include <cblas.h>

// LAPACK by its Fortran name: matrices by column, scalars by address. The upper
// triangle of rows is the lower one of columns.
extern "C" void sposv_(const char* uplo, const int* n, const int* nrhs,
                       float* a, const int* lda, float* b, const int* ldb,
                       int* info);

namespace patron::index {

void UseOneBlasThread() { openblas_set_num_threads(1); }

void AddGram(const DenseMatrix& a, size_t rows, DenseMatrix& gram) {
  const int n = static_cast<int>(a.columns);
  cblas_ssyrk(CblasRowMajor, CblasUpper, CblasTrans, n, static_cast<int>(rows),
              1, a.value.data(), n, 1, gram.value.data(), n);
}

bool SolvePositive(DenseMatrix& m, std::span<float> b) {
  const int n = static_cast<int>(m.rows);
  const int one = 1;
  int info = 0;
  sposv_("L", &n, &one, m.value.data(), &n, b.data(), &n, &info);
  return info == 0;
}

}  // namespace patron::index

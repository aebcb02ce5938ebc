"""An IPython shell without a kernel, as the candidate and the examiner both use it."""

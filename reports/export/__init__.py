"""The data as files: CSV, Parquet, SPSS, codebooks, the layouts of other servers."""

"""What is stored and how it is written: the only importer of the AWS client."""

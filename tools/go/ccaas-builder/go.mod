module blockchain-clusters/tools/ccaas-builder

go 1.25.0

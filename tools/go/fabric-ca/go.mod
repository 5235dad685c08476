module blockchain-clusters/tools/fabric-ca

go 1.25.0

require github.com/hyperledger/fabric-ca v1.5.21

tool github.com/hyperledger/fabric-ca/cmd/fabric-ca-server

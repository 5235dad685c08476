import type { OptionList } from "./geth-family";

/** The options of GoQuorum. */
export const goquorumOptions: OptionList = {
  release: "22.7.4",
  names: `
    allow-insecure-unlock allowedfutureblocktime authorizationlist bloomfilter.size bootnodes cache cache.database
    cache.gc cache.noprefetch cache.preimages cache.snapshot cache.trie cache.trie.journal cache.trie.rejournal
    catalyst config datadir datadir.ancient datadir.minfreedisk dev dev.period discovery.dns emitcheckpoints
    ethash.cachedir ethash.cachesinmem ethash.cacheslockmmap ethash.cachesondisk ethash.dagdir ethash.dagsinmem
    ethash.dagslockmmap ethash.dagsondisk ethstats exec exitwhensynced fakepow gcmode goerli gpo.blocks gpo.maxprice
    gpo.percentile graphql graphql.corsdomain graphql.vhosts help http http.addr http.api http.corsdomain http.port
    http.rpcprefix http.vhosts identity immutabilitythreshold ipcdisable ipcpath istanbul.blockperiod
    istanbul.requesttimeout jspath keystore light.egress light.ingress light.maxpeers light.nopruning
    light.nosyncserve light.serve lightkdf log.backtrace log.debug log.json mainnet maxpeers maxpendpeers metrics
    metrics.addr metrics.expensive metrics.influxdb metrics.influxdb.database metrics.influxdb.endpoint
    metrics.influxdb.password metrics.influxdb.tags metrics.influxdb.username metrics.port mine miner.etherbase
    miner.extradata miner.gaslimit miner.gasprice miner.gastarget miner.notify miner.notify.full miner.noverify
    miner.recommit miner.threads multitenancy nat netrestrict networkid nocompaction nodekey nodekeyhex nodiscover
    nousb override.berlin password pcscdpath permissioned plugins plugins.localverify plugins.publickey
    plugins.skipverify port pprof pprof.addr pprof.blockprofilerate pprof.cpuprofile pprof.memprofilerate pprof.port
    preload privacymarker.enable privatetriecache.enable ptm.dialtimeout ptm.http.idletimeout
    ptm.http.readbuffersize ptm.http.writebuffersize ptm.socket ptm.timeout ptm.tls.clientcert ptm.tls.clientkey
    ptm.tls.insecureskipverify ptm.tls.mode ptm.tls.rootca ptm.url qlight.client qlight.client.psi
    qlight.client.rpc.tls qlight.client.rpc.tls.cacert qlight.client.rpc.tls.cert
    qlight.client.rpc.tls.insecureskipverify qlight.client.rpc.tls.key qlight.client.serverNode
    qlight.client.serverNodeRPC qlight.client.token.enabled qlight.client.token.management qlight.client.token.value
    qlight.server qlight.server.p2p.maxpeers qlight.server.p2p.netrestrict qlight.server.p2p.permissioning
    qlight.server.p2p.permissioning.prefix qlight.server.p2p.port qlight.tls qlight.tls.cacerts qlight.tls.cert
    qlight.tls.ciphersuites qlight.tls.clientauth qlight.tls.key raft raftblocktime raftdnsenable raftjoinexisting
    raftlogdir raftport revertreason rinkeby ropsten rpc rpc.allow-unprotected-txs rpc.gascap rpc.txfeecap rpcaddr
    rpcapi rpcclitls.cacert rpcclitls.cert rpcclitls.ciphersuites rpcclitls.insecureskipverify rpcclitoken
    rpccorsdomain rpcport rpcvhosts signer snapshot syncmode trace txlookuplimit txpool.accountqueue
    txpool.accountslots txpool.globalqueue txpool.globalslots txpool.journal txpool.lifetime txpool.locals
    txpool.nolocals txpool.pricebump txpool.pricelimit txpool.rejournal ulc.fraction ulc.onlyannounce ulc.servers
    unlock usb v5disc verbosity vm.calltimeout vm.evm vm.ewasm vmdebug vmodule ws ws.addr ws.api ws.origins ws.port
    ws.rpcprefix yolov3
  `,
};

#!/usr/bin/env bash
# Brings up the same Fabric network as stacks/Pulumi.local-fabric.yaml by hand: manifests, kubectl and Fabric's own
# command lines. The benchmarks compare the program with this script.
#
#   bring-up.sh sequential   one step after the other, as test scripts and tutorials do
#   bring-up.sh parallel     every step as soon as its real input exists: the floor for any program
#   bring-up.sh delete       removes the namespaces and waits until their volumes are gone
#
# Prints one line a phase: its name, a tab, seconds since the phase before it. Environment:
#   KUBECONFIG          the cluster
#   STORAGE_CLASS       class of every volume; unset: emptyDir
#   BATCH_TIMEOUT       longest wait of an orderer for more transactions (default 200ms)
#   PEER_IMAGE ORDERER_IMAGE CHAINCODE_IMAGE
#   SAMPLE_CONFIG       folder with Fabric's core.yaml and orderer.yaml
#   KEEP                folder to leave crypto material in, for clients of this network
set -Eeuo pipefail

mode=${1:?sequential, parallel or delete}
batch_timeout=${BATCH_TIMEOUT:-200ms}
network=hand
orderers=(orderer0 orderer1 orderer2)
organizations=(org1 org2)
peers=(peer0 peer1)
channel=trade
chaincode=asset-transfer

work=${KEEP:-$(mktemp -d)}
mkdir -p "$work"
[ -n "${KEEP:-}" ] || trap 'rm -rf "$work"' EXIT

# Error output of the command lines; shown when one of them fails.
errors=$work/errors.txt
: >"$errors"
trap 'echo "failed: ${FUNCNAME[*]}: $BASH_COMMAND" >&2; tail -n 3 "$errors" >&2' ERR

fqdn() { echo "$1.$network-$2.svc.cluster.local"; }
msp_id() { case $1 in orderer) echo OrdererMSP ;; org1) echo Org1MSP ;; org2) echo Org2MSP ;; esac; }
crypto_dir() { # ORGANISATION
  if [ "$1" = orderer ]; then echo "$work/crypto/ordererOrganizations/$network-orderer.svc.cluster.local"
  else echo "$work/crypto/peerOrganizations/$network-$1.svc.cluster.local"; fi
}
admin_dir() { echo "$(crypto_dir "$1")/users/Admin@$network-$1.svc.cluster.local"; }
node_dir() { # ORGANISATION NODE
  local kind=peers; [ "$1" = orderer ] && kind=orderers
  echo "$(crypto_dir "$1")/$kind/$(fqdn "$2" "$1")"
}

clock=$(date +%s%N)
phase() { # NAME: closes the phase
  local now; now=$(date +%s%N)
  printf '%s\t%s\n' "$1" "$(((now - clock) / 1000000))e-3"
  clock=$now
}

generate_crypto() {
  { echo "OrdererOrgs:"
    echo "  - {Name: orderer, Domain: $network-orderer.svc.cluster.local, EnableNodeOUs: true, Specs: ["
    for node in "${orderers[@]}"; do echo "      {Hostname: $node},"; done
    echo "    ]}"
    echo "PeerOrgs:"
    for org in "${organizations[@]}"; do
      echo "  - {Name: $org, Domain: $network-$org.svc.cluster.local, EnableNodeOUs: true, Users: {Count: 1}, Specs: ["
      for node in "${peers[@]}"; do echo "      {Hostname: $node, SANS: [gateway.$network-$org.svc.cluster.local]},"; done
      echo "      {Hostname: $chaincode},"
      echo "    ]}"
    done
  } >"$work/crypto-config.yaml"
  cryptogen generate --config="$work/crypto-config.yaml" --output="$work/crypto" >/dev/null
}

organization_yaml() { # ORGANISATION EXTRA_YAML
  local org=$1 id; id=$(msp_id "$org")
  cat <<YAML
    Name: $org
    ID: $id
    MSPDir: $(crypto_dir "$org")/msp
    Policies:
      Readers: {Type: Signature, Rule: "OR('$id.member')"}
      Writers: {Type: Signature, Rule: "OR('$id.member')"}
      Admins: {Type: Signature, Rule: "OR('$id.admin')"}
      Endorsement: {Type: Signature, Rule: "OR('$id.peer')"}
$2
YAML
}

generate_genesis() {
  local endpoints="" consenters="" node org
  for node in "${orderers[@]}"; do
    endpoints+="\"$(fqdn "$node" orderer):7050\", "
    local tls; tls=$(node_dir orderer "$node")/tls/server.crt
    consenters+="          - {Host: $(fqdn "$node" orderer), Port: 7050, ClientTLSCert: $tls, ServerTLSCert: $tls}"$'\n'
  done
  {
    cat <<YAML
Profiles:
  Channel:
    Policies: &implicit
      Readers: {Type: ImplicitMeta, Rule: ANY Readers}
      Writers: {Type: ImplicitMeta, Rule: ANY Writers}
      Admins: {Type: ImplicitMeta, Rule: MAJORITY Admins}
    Capabilities: {V2_0: true}
    Orderer:
      OrdererType: etcdraft
      BatchTimeout: $batch_timeout
      BatchSize: {MaxMessageCount: 500, AbsoluteMaxBytes: 10 MB, PreferredMaxBytes: 2 MB}
      EtcdRaft:
        Consenters:
$consenters
        Options: {TickInterval: 500ms, ElectionTick: 10, HeartbeatTick: 1, MaxInflightBlocks: 5, SnapshotIntervalSize: 16 MB}
      Policies:
        <<: *implicit
        BlockValidation: {Type: ImplicitMeta, Rule: ANY Writers}
      Capabilities: {V2_0: true}
      Organizations:
        -
YAML
    organization_yaml orderer "    OrdererEndpoints: [$endpoints]" | sed 's/^/      /'
    cat <<YAML
    Application:
      Policies:
        <<: *implicit
        LifecycleEndorsement: {Type: ImplicitMeta, Rule: MAJORITY Endorsement}
        Endorsement: {Type: ImplicitMeta, Rule: MAJORITY Endorsement}
      Capabilities: {V2_5: true}
      Organizations:
YAML
    for org in "${organizations[@]}"; do
      echo "        -"
      organization_yaml "$org" "    AnchorPeers: [{Host: $(fqdn peer0 "$org"), Port: 7051}]" | sed 's/^/      /'
    done
  } >"$work/configtx.yaml"
  FABRIC_CFG_PATH=$work configtxgen -profile Channel -channelID $channel -outputBlock "$work/genesis.block" 2>/dev/null
}

package_chaincode() { # ORGANISATION: writes PACKAGE and its id
  local org=$1 dir; dir=$work/package-$1; mkdir -p "$dir"
  jq -n --arg address "$(fqdn $chaincode "$org"):9999" --rawfile root "$(crypto_dir "$org")/tlsca/$(basename "$(ls "$(crypto_dir "$org")"/tlsca/*.pem)")" \
    '{address: $address, dial_timeout: "10s", tls_required: true, root_cert: $root}' >"$dir/connection.json"
  echo "{\"type\":\"ccaas\",\"label\":\"$chaincode\"}" >"$dir/metadata.json"
  tar -C "$dir" -czf "$dir/code.tar.gz" connection.json
  tar -C "$dir" -czf "$work/$org.tar.gz" metadata.json code.tar.gz
  FABRIC_CFG_PATH=$SAMPLE_CONFIG peer lifecycle chaincode calculatepackageid "$work/$org.tar.gz" 2>/dev/null >"$work/$org.package-id"
}

# The object as JSON, which YAML contains. jq rather than kubectl --dry-run: a tenth of a second less for each.
files_object() { # KIND FIELD NAMESPACE NAME KEY=FILE...
  local kind=$1 field=$2 namespace=$3 name=$4; shift 4
  local arguments=() keys=() pair
  for pair in "$@"; do arguments+=(--rawfile "f${#keys[@]}" "${pair#*=}"); keys+=("\"${pair%%=*}\": \$f${#keys[@]}"); done
  jq -cn --arg kind "$kind" --arg namespace "$namespace" --arg name "$name" "${arguments[@]}" \
    '{apiVersion: "v1", kind: $kind, metadata: {$namespace, $name}, '"$field: {$(IFS=,; echo "${keys[*]}")}}"
  echo ---
}

namespace_yaml() { # ORGANISATION
  cat <<YAML
apiVersion: v1
kind: Namespace
metadata: {name: $network-$1, labels: {pod-security.kubernetes.io/enforce: restricted}}
---
YAML
}

node_yaml() { # ORGANISATION NODE KIND(orderer|peer)
  local org=$1 node=$2 kind=$3 dir; dir=$(node_dir "$org" "$node")
  local port=7051 operations=9443 image=${PEER_IMAGE:-} config=core.yaml command='["peer","node","start"]'
  [ "$kind" = orderer ] && port=7050 operations=8443 image=${ORDERER_IMAGE:-} config=orderer.yaml command='["orderer"]'
  files_object Secret stringData "$network-$org" "$node" \
    ca.pem="$(ls "$dir"/msp/cacerts/*.pem)" tlsca.pem="$(ls "$dir"/msp/tlscacerts/*.pem)" \
    cert.pem="$(ls "$dir"/msp/signcerts/*.pem)" key.pem="$(ls "$dir"/msp/keystore/*)" \
    config.yaml="$dir/msp/config.yaml" server.crt="$dir/tls/server.crt" server.key="$dir/tls/server.key"
  local ca; ca=$(basename "$(ls "$dir"/msp/cacerts/*.pem)")
  cat <<YAML
apiVersion: v1
kind: Service
metadata: {name: $node, namespace: $network-$org}
spec:
  publishNotReadyAddresses: true
  selector: {node: $node}
  ports: [{name: grpc, port: $port}, {name: admin, port: 7053}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: $node, namespace: $network-$org}
spec:
  serviceName: $node
  selector: {matchLabels: {node: $node}}
  template:
    metadata: {labels: {node: $node, kind: $kind}}
    spec:
      automountServiceAccountToken: false
      securityContext: {runAsNonRoot: true, runAsUser: 7051, runAsGroup: 7051, fsGroup: 7051, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: $kind
          image: $image
          command: $command
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, readOnlyRootFilesystem: true}
          readinessProbe: {httpGet: {path: /healthz, port: $operations, scheme: HTTPS}, periodSeconds: 1}
          env:
$(node_environment "$org" "$node" "$kind" | sed 's/^/            /')
          volumeMounts:
            - {name: config, mountPath: /config}
            - {name: crypto, mountPath: /crypto, readOnly: true}
            - {name: data, mountPath: /var/hyperledger/production}
            - {name: tmp, mountPath: /tmp}
      volumes:
        - {name: config, configMap: {name: config}}
        - {name: tmp, emptyDir: {}}
        - name: crypto
          secret:
            secretName: $node
            defaultMode: 0440
            items:
              - {key: ca.pem, path: msp/cacerts/$ca}
              - {key: tlsca.pem, path: msp/tlscacerts/tlsca.pem}
              - {key: cert.pem, path: msp/signcerts/cert.pem}
              - {key: key.pem, path: msp/keystore/key.pem}
              - {key: config.yaml, path: msp/config.yaml}
              - {key: tlsca.pem, path: tls/ca.crt}
              - {key: server.crt, path: tls/server.crt}
              - {key: server.key, path: tls/server.key}
YAML
  if [ -n "${STORAGE_CLASS:-}" ]; then cat <<YAML
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], storageClassName: $STORAGE_CLASS, resources: {requests: {storage: 1Gi}}}
---
YAML
  else printf '        - {name: data, emptyDir: {}}\n---\n'; fi
}

node_environment() { # ORGANISATION NODE KIND
  local org=$1 node=$2
  variable() { printf -- '- {name: %s, value: "%s"}\n' "$1" "$2"; }
  variable FABRIC_CFG_PATH /config
  if [ "$3" = orderer ]; then
    variable ORDERER_GENERAL_LISTENADDRESS 0.0.0.0
    variable ORDERER_GENERAL_LOCALMSPID "$(msp_id orderer)"
    variable ORDERER_GENERAL_LOCALMSPDIR /crypto/msp
    variable ORDERER_GENERAL_BOOTSTRAPMETHOD none
    variable ORDERER_GENERAL_TLS_ENABLED true
    variable ORDERER_GENERAL_TLS_CERTIFICATE /crypto/tls/server.crt
    variable ORDERER_GENERAL_TLS_PRIVATEKEY /crypto/tls/server.key
    variable ORDERER_GENERAL_TLS_ROOTCAS "[/crypto/tls/ca.crt]"
    variable ORDERER_GENERAL_CLUSTER_CLIENTCERTIFICATE /crypto/tls/server.crt
    variable ORDERER_GENERAL_CLUSTER_CLIENTPRIVATEKEY /crypto/tls/server.key
    variable ORDERER_GENERAL_CLUSTER_ROOTCAS "[/crypto/tls/ca.crt]"
    variable ORDERER_CHANNELPARTICIPATION_ENABLED true
    variable ORDERER_ADMIN_LISTENADDRESS 0.0.0.0:7053
    variable ORDERER_ADMIN_TLS_ENABLED true
    variable ORDERER_ADMIN_TLS_CERTIFICATE /crypto/tls/server.crt
    variable ORDERER_ADMIN_TLS_PRIVATEKEY /crypto/tls/server.key
    variable ORDERER_ADMIN_TLS_CLIENTAUTHREQUIRED true
    variable ORDERER_ADMIN_TLS_CLIENTROOTCAS "[/crypto/tls/ca.crt]"
    variable ORDERER_OPERATIONS_LISTENADDRESS 0.0.0.0:8443
    variable ORDERER_OPERATIONS_TLS_ENABLED true
    variable ORDERER_OPERATIONS_TLS_CERTIFICATE /crypto/tls/server.crt
    variable ORDERER_OPERATIONS_TLS_PRIVATEKEY /crypto/tls/server.key
    variable ORDERER_FILELEDGER_LOCATION /var/hyperledger/production/orderer
    variable ORDERER_CONSENSUS_WALDIR /var/hyperledger/production/orderer/etcdraft/wal
    variable ORDERER_CONSENSUS_SNAPDIR /var/hyperledger/production/orderer/etcdraft/snapshot
  else
    variable CORE_PEER_ID "$(fqdn "$node" "$org")"
    variable CORE_PEER_LOCALMSPID "$(msp_id "$org")"
    variable CORE_PEER_MSPCONFIGPATH /crypto/msp
    variable CORE_PEER_LISTENADDRESS 0.0.0.0:7051
    variable CORE_PEER_CHAINCODELISTENADDRESS 0.0.0.0:7052
    variable CORE_PEER_ADDRESS "$(fqdn "$node" "$org"):7051"
    variable CORE_PEER_GOSSIP_BOOTSTRAP "$(fqdn peer0 "$org"):7051"
    variable CORE_PEER_GOSSIP_EXTERNALENDPOINT "$(fqdn "$node" "$org"):7051"
    variable CORE_PEER_GOSSIP_USELEADERELECTION false
    variable CORE_PEER_GOSSIP_ORGLEADER true
    variable CORE_PEER_DELIVERYCLIENT_BLOCKGOSSIPENABLED false
    variable CORE_PEER_TLS_ENABLED true
    variable CORE_PEER_TLS_CERT_FILE /crypto/tls/server.crt
    variable CORE_PEER_TLS_KEY_FILE /crypto/tls/server.key
    variable CORE_PEER_TLS_ROOTCERT_FILE /crypto/tls/ca.crt
    variable CORE_OPERATIONS_LISTENADDRESS 0.0.0.0:9443
    variable CORE_OPERATIONS_TLS_ENABLED true
    variable CORE_OPERATIONS_TLS_CERT_FILE /crypto/tls/server.crt
    variable CORE_OPERATIONS_TLS_KEY_FILE /crypto/tls/server.key
    variable CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG "{}"
  fi
}

chaincode_yaml() { # ORGANISATION
  local org=$1 dir; dir=$(node_dir "$org" $chaincode)
  files_object Secret stringData "$network-$org" $chaincode server.crt="$dir/tls/server.crt" server.key="$dir/tls/server.key"
  cat <<YAML
apiVersion: v1
kind: Service
metadata: {name: $chaincode, namespace: $network-$org}
spec: {selector: {chaincode: $chaincode}, ports: [{port: 9999}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: $chaincode, namespace: $network-$org}
spec:
  selector: {matchLabels: {chaincode: $chaincode}}
  template:
    metadata: {labels: {chaincode: $chaincode}}
    spec:
      automountServiceAccountToken: false
      securityContext: {runAsNonRoot: true, runAsUser: 7051, runAsGroup: 7051, fsGroup: 7051, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: chaincode
          image: $CHAINCODE_IMAGE
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, readOnlyRootFilesystem: true}
          readinessProbe: {tcpSocket: {port: 9999}, periodSeconds: 1}
          env:
            - {name: CHAINCODE_ID, value: "$(cat "$work/$org.package-id")"}
            - {name: CHAINCODE_SERVER_ADDRESS, value: "0.0.0.0:9999"}
            - {name: CHAINCODE_TLS_KEY, value: /crypto/server.key}
            - {name: CHAINCODE_TLS_CERT, value: /crypto/server.crt}
          volumeMounts: [{name: crypto, mountPath: /crypto, readOnly: true}, {name: tmp, mountPath: /tmp}]
      volumes: [{name: crypto, secret: {secretName: $chaincode, defaultMode: 0440}}, {name: tmp, emptyDir: {}}]
---
YAML
}

config_yaml() { # ORGANISATION: Fabric's sample files, without the Docker endpoint
  sed 's|endpoint: unix:///var/run/docker.sock|endpoint: ""|' "$SAMPLE_CONFIG/core.yaml" >"$work/core.yaml"
  files_object ConfigMap data "$network-$1" config core.yaml="$work/core.yaml" orderer.yaml="$SAMPLE_CONFIG/orderer.yaml"
}

# The command lines run in the cluster's own DNS, in a mount namespace that only they see.
printf 'nameserver 10.96.0.10\n' >"$work/resolv.conf"
in_cluster() { unshare --mount sh -c 'mount --bind "$1" /etc/resolv.conf; shift; exec "$@"' sh "$work/resolv.conf" "$@"; }

as_admin() { # ORGANISATION PEER COMMAND...
  local org=$1 node=$2; shift 2
  in_cluster env FABRIC_CFG_PATH="$work/cli" FABRIC_LOGGING_SPEC=error \
    CORE_PEER_LOCALMSPID="$(msp_id "$org")" CORE_PEER_MSPCONFIGPATH="$(admin_dir "$org")/msp" CORE_PEER_TLS_ENABLED=true \
    CORE_PEER_ADDRESS="$(fqdn "$node" "$org"):7051" CORE_PEER_TLS_ROOTCERT_FILE="$(node_dir "$org" "$node")/tls/ca.crt" "$@"
}

ordering=()
set_ordering() { ordering=(-o "$(fqdn orderer0 orderer):7050" --tls --cafile "$(node_dir orderer orderer0)/tls/ca.crt"); }
both_organizations() {
  for org in "${organizations[@]}"; do
    echo --peerAddresses "$(fqdn peer0 "$org"):7051" --tlsRootCertFiles "$(node_dir "$org" peer0)/tls/ca.crt"
  done
}

join_orderer() { # NODE
  local tls; tls=$(admin_dir orderer)/tls
  in_cluster osnadmin channel join --channelID $channel --config-block "$work/genesis.block" -o "$(fqdn "$1" orderer):7053" \
    --ca-file "$(node_dir orderer "$1")/tls/ca.crt" --client-cert "$tls/client.crt" --client-key "$tls/client.key" | grep -q 'Status: 201'
}
join_peer() { as_admin "$1" "$2" peer channel join -b "$work/genesis.block" 2>>"$errors"; }
install_chaincode() { as_admin "$1" "$2" peer lifecycle chaincode install "$work/$1.tar.gz" 2>>"$errors"; }
approve() {
  as_admin "$1" peer0 peer lifecycle chaincode approveformyorg "${ordering[@]}" --channelID $channel --name $chaincode \
    --version 1.0 --sequence 1 --package-id "$(cat "$work/$1.package-id")" --signature-policy "AND('Org1MSP.peer','Org2MSP.peer')" 2>>"$errors"
}
# No command line tells whether the orderers have a leader; a transaction does.
approve_once_led() { # ORGANISATION
  local try; for try in {1..300}; do approve "$1" && return; tail -n 1 "$errors" | grep -q "no Raft leader" || return; sleep 0.05; done
}
commit() {
  as_admin org1 peer0 peer lifecycle chaincode commit "${ordering[@]}" --channelID $channel --name $chaincode --version 1.0 \
    --sequence 1 --signature-policy "AND('Org1MSP.peer','Org2MSP.peer')" $(both_organizations) 2>>"$errors"
}
invoke() {
  as_admin org1 peer0 peer chaincode invoke "${ordering[@]}" -C $channel -n $chaincode --waitForEvent $(both_organizations) \
    -c '{"function":"CreateAsset","Args":["first","blue","5","tomoko","300"]}' 2>>"$errors"
}
query() { as_admin "$1" peer0 peer chaincode query -C $channel -n $chaincode -c '{"Args":["ReadAsset","first"]}' 2>>"$errors" | grep -q tomoko; }

rollout() { kubectl rollout status --timeout=300s -n "$network-$1" "$2" >/dev/null; }
# A pod can be ready a moment before every node knows where its Service leads.
reach() { # ORGANISATION NODE PORT
  in_cluster bash -c 'for try in {1..600}; do (exec 3<>"/dev/tcp/$0/$1") 2>/dev/null && exit; sleep 0.05; done; exit 1' "$(fqdn "$2" "$1")" "$3"
}
orderer_up() { rollout orderer statefulset/"$1"; reach orderer "$1" 7053; }
peer_up() { rollout "$1" statefulset/"$2"; reach "$1" "$2" 7051; }

all_manifests() {
  for org in orderer "${organizations[@]}"; do namespace_yaml "$org"; config_yaml "$org"; done
  for node in "${orderers[@]}"; do node_yaml orderer "$node" orderer; done
  for org in "${organizations[@]}"; do
    for node in "${peers[@]}"; do node_yaml "$org" "$node" peer; done
    chaincode_yaml "$org"
  done
}

prepare_cli() { mkdir -p "$work/cli"; cp "$SAMPLE_CONFIG/core.yaml" "$work/cli/"; }

sequential() {
  generate_crypto; prepare_cli; set_ordering; phase "key material"
  for org in orderer "${organizations[@]}"; do { namespace_yaml "$org"; config_yaml "$org"; } | kubectl apply -f - >/dev/null; done
  phase "namespaces"
  for node in "${orderers[@]}"; do node_yaml orderer "$node" orderer | kubectl apply -f - >/dev/null; done
  for org in "${organizations[@]}"; do for node in "${peers[@]}"; do node_yaml "$org" "$node" peer | kubectl apply -f - >/dev/null; done; done
  phase "apply nodes"
  for node in "${orderers[@]}"; do orderer_up "$node"; done
  for org in "${organizations[@]}"; do for node in "${peers[@]}"; do peer_up "$org" "$node"; done; done
  phase "nodes ready"
  generate_genesis; for node in "${orderers[@]}"; do join_orderer "$node"; done; phase "orderers join"
  for org in "${organizations[@]}"; do for node in "${peers[@]}"; do join_peer "$org" "$node"; done; done; phase "peers join"
  for org in "${organizations[@]}"; do package_chaincode "$org"; chaincode_yaml "$org" | kubectl apply -f - >/dev/null; done
  for org in "${organizations[@]}"; do rollout "$org" deployment/$chaincode; done; phase "chaincode ready"
  for org in "${organizations[@]}"; do for node in "${peers[@]}"; do install_chaincode "$org" "$node"; done; done; phase "install"
  for org in "${organizations[@]}"; do approve_once_led "$org"; done; phase "approve"
  commit; phase "commit"
  invoke; phase "first transaction"
  for org in "${organizations[@]}"; do query "$org"; done; phase "read back"
}

parallel() {
  generate_crypto; prepare_cli; set_ordering; generate_genesis
  for org in "${organizations[@]}"; do package_chaincode "$org"; done
  phase "key material"
  all_manifests | kubectl apply -f - >/dev/null; phase "apply everything"
  local jobs=()
  start() { "$@" & jobs+=($!); }
  ready_orderer() { orderer_up "$1"; join_orderer "$1"; }
  ready_peer() { peer_up "$1" "$2"; join_peer "$1" "$2"; install_chaincode "$1" "$2"; }
  for node in "${orderers[@]}"; do start ready_orderer "$node"; done
  for org in "${organizations[@]}"; do
    for node in "${peers[@]}"; do start ready_peer "$org" "$node"; done
    start rollout "$org" deployment/$chaincode
  done
  for job in "${jobs[@]}"; do wait "$job"; done; phase "nodes ready, joined, installed"
  jobs=(); for org in "${organizations[@]}"; do start approve_once_led "$org"; done
  for job in "${jobs[@]}"; do wait "$job"; done; phase "approve"
  commit; phase "commit"
  invoke; phase "first transaction"
  for org in "${organizations[@]}"; do query "$org"; done; phase "read back"
}

remove() {
  local names=(); for org in orderer "${organizations[@]}"; do names+=("$network-$org"); done
  local volumes; volumes=$(kubectl get pv -o json | jq -r '.items[] | select(.spec.claimRef.namespace // "" | startswith("'"$network"'-")) | "pv/" + .metadata.name')
  kubectl delete namespace --ignore-not-found --timeout=180s "${names[@]}" >/dev/null
  [ -z "$volumes" ] || kubectl wait --for=delete --timeout=180s $volumes >/dev/null
}

case $mode in
  sequential) sequential ;;
  parallel) parallel ;;
  delete) remove ;;
  *) echo "unknown mode \"$mode\"; sequential, parallel or delete" >&2; exit 2 ;;
esac

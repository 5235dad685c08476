/** Policies for the tests of the policy language, here and against Fabric's own parser. */
import fc from "fast-check";

/** Text to the bytes of Fabric's parser; the level `nodes` compares them with the parser itself. */
export const accepted: Record<string, string> = {
  "AND('Org1MSP.peer','Org2MSP.peer')":
    "120c120a080212020800120208011a0d120b0a074f7267314d535010031a0d120b0a074f7267324d53501003",
  "OR('Org1MSP.member')": "120812060801120208001a0b12090a074f7267314d5350",
  "or('Org1MSP.admin', and('Org2MSP.client', 'Org3MSP.orderer'))":
    "12161214080112020802120c120a080212020800120208011a0d120b0a074f7267324d535010021a0d120b0a074f7267334d535010041a0d120b0a074f7267314d53501001",
  "And(Or('A.peer', 'B.peer'), Or('A.peer', 'C.peer'))":
    "1220121e0802120c120a08011202080012020801120c120a080112020802120208031a0712050a014110031a0712050a014210031a0712050a014110031a0712050a01431003",
  "OutOf(2, 'A.peer', 'B.peer', 'C.peer')":
    "1210120e08021202080012020801120208021a0712050a014110031a0712050a014210031a0712050a01431003",
  "outof(1, OUTOF(2, 'A.member', 'A.member'), 'with.dots-and-9.peer')":
    "121612140801120c120a08021202080012020801120208021a0512030a01411a0512030a01411a1512130a0f776974682e646f74732d616e642d391003",
  "OR(\"Org1MSP.peer\", 'Org2MSP.peer')":
    "120c120a080112020800120208011a0d120b0a074f7267314d535010031a0d120b0a074f7267324d53501003",
  "  OR (\t'A.peer' ,\n 'B.peer' )  ": "120c120a080112020800120208011a0712050a014110031a0712050a01421003",
  "AND('peer.admin.peer', 'A.member')":
    "120c120a080212020800120208011a10120e0a0a706565722e61646d696e10031a0512030a0141",
};

/** Text, position of the error, and its message. */
export const refused: [string, number, RegExp][] = [
  ["", 1, /found the end; a policy starts with AND, OR or OutOf/],
  ["'Org1MSP.peer'", 1, /found "Org1MSP.peer"; a policy starts with AND, OR or OutOf/],
  ["NOT('A.peer')", 1, /"NOT" is unknown; expected AND, OR or OutOf/],
  ["aNd('A.peer')", 1, /"aNd" is unknown/],
  ["OR(A.peer)", 4, /"A.peer" is unknown; expected AND, OR or OutOf; a principal stands in quotes: 'A.peer'/],
  ["OR('A.boss')", 4, /'A.boss' is not '<MSP id>.<role>' with role member, admin, client, peer or orderer/],
  ["OR('A')", 4, /'A' is not '<MSP id>.<role>'/],
  ["OR('A_B.peer')", 4, /'A_B.peer' is not '<MSP id>.<role>'/],
  ["OR('A.peer'", 12, /found the end; expected , or \)/],
  ["OR('A.peer' 'B.peer')", 13, /found "B.peer"; expected , or \)/],
  ["OR('A.peer',)", 13, /found "\)"; expected AND, OR or OutOf, or '<MSP id>.<role>'/],
  ["OR()", 4, /found "\)"; expected AND, OR or OutOf/],
  ["OR", 3, /found the end; expected \(/],
  ["OR('A.peer') OR('B.peer')", 14, /found "OR"; the policy ended before it/],
  ["OR('A.peer", 4, /the quote ' is never closed/],
  ["OutOf('A.peer', 'B.peer')", 7, /found "A.peer"; OutOf starts with a number/],
  ["OutOf(3, 'A.peer', 'B.peer')", 7, /OutOf wants 3 of 2; expected 1 to 2/],
  ["OutOf(0, 'A.peer')", 7, /OutOf wants 0 of 1; expected 1 to 1/],
  ["OutOf(1.5, 'A.peer', 'B.peer')", 7, /OutOf wants 1.5 of 2; expected 1 to 2/],
  ["OR('A.peer') & 1", 14, /"&" has no meaning here/],
];

const mspId = fc.constantFrom("A", "Org1MSP", "b.c", "d-9");
const role = fc.constantFrom("member", "admin", "client", "peer", "orderer");
const principal = fc.tuple(mspId, role).map(([id, name]) => `'${id}.${name}'`);
/** Any policy. */
export const policyText = fc.letrec<{ gate: string; rule: string }>((tie) => ({
  gate: fc
    .tuple(fc.constantFrom("AND", "OR", "OutOf"), fc.array(tie("rule"), { minLength: 1, maxLength: 4 }), fc.nat(100))
    .map(
      ([gate, rules, n]) => `${gate}(${(gate === "OutOf" ? [1 + (n % rules.length), ...rules] : rules).join(", ")})`,
    ),
  rule: fc.oneof({ maxDepth: 3, withCrossShrink: true }, principal, tie("gate")),
})).gate;

/**
 * Real keys, new for each run: Bitbucket refuses a key that is already registered anywhere, and an invalid
 * one. Only the requests that need them keep their private halves.
 */
import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";

export interface KeyPair {
  /** As in the file that `ssh-keygen` writes. */
  readonly privateKey: string;
  /** As in a `.pub` file, without a comment. */
  readonly publicKey: string;
}

/** An SSH key of a common type. */
export function sshPublicKey(): string {
  const { publicKey } = generateKeyPairSync("ed25519");
  return `ssh-ed25519 ${Buffer.concat([prefixLength("ssh-ed25519"), prefixLength(rawOf(publicKey))]).toString("base64")}`;
}

/** A key pair for builds: RSA, whose private half Node can write in the required format. */
export function sshKeyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const { n = "", e = "" } = publicKey.export({ format: "jwk" });
  const number = (text: string) => {
    const bytes = Buffer.from(text, "base64url");
    return prefixLength((bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
  };
  const data = Buffer.concat([prefixLength("ssh-rsa"), number(e), number(n)]);
  return {
    privateKey: privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
    publicKey: `ssh-rsa ${data.toString("base64")}`,
  };
}

/**
 * An OpenPGP public key with one signed user id: RFC 4880 with the EdDSA keys of
 * https://datatracker.ietf.org/doc/html/draft-koch-eddsa-for-openpgp-04
 *
 * @param user Name and address, as in `A Name <name@example.com>`.
 */
export function gpgPublicKey(user: string, now = Date.now()): string {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const created = number32(Math.floor(now / 1000));
  const curve = Buffer.from("092b06010401da470f01", "hex");
  const point = multiprecision(Buffer.concat([Buffer.of(0x40), rawOf(publicKey)]));
  const key = Buffer.concat([Buffer.of(4), created, Buffer.of(22), curve, point]);
  const hashedKey = Buffer.concat([Buffer.of(0x99), number16(key.length), key]);
  const fingerprint = createHash("sha1").update(hashedKey).digest();
  const id = Buffer.from(user);

  // A positive certification by EdDSA over SHA-256, with the time, the use (certify and sign) and the issuer.
  const hashed = Buffer.concat([
    subpacket(2, created),
    subpacket(27, Buffer.of(0x03)),
    subpacket(33, Buffer.concat([Buffer.of(4), fingerprint])),
  ]);
  const head = Buffer.concat([Buffer.of(4, 0x13, 22, 8), number16(hashed.length), hashed]);
  const digest = createHash("sha256")
    .update(hashedKey)
    .update(Buffer.concat([Buffer.of(0xb4), number32(id.length), id]))
    .update(Buffer.concat([head, Buffer.of(4, 0xff), number32(head.length)]))
    .digest();
  const signature = sign(null, digest, privateKey);
  const unhashed = subpacket(16, fingerprint.subarray(-8));
  const packets = Buffer.concat([
    packet(6, key),
    packet(13, id),
    packet(
      2,
      Buffer.concat([
        head,
        number16(unhashed.length),
        unhashed,
        digest.subarray(0, 2),
        multiprecision(signature.subarray(0, 32)),
        multiprecision(signature.subarray(32)),
      ]),
    ),
  ]);
  const lines = packets.toString("base64").match(/.{1,64}/g) ?? [];
  const check = `=${number32(crc24(packets)).subarray(1).toString("base64")}`;
  return [
    "-----BEGIN PGP PUBLIC KEY BLOCK-----",
    "",
    ...lines,
    check,
    "-----END PGP PUBLIC KEY BLOCK-----",
    "",
  ].join("\n");
}

/** The 32 bytes of an ed25519 key. */
function rawOf(key: KeyObject): Buffer {
  return Buffer.from(key.export({ format: "jwk" }).x ?? "", "base64url");
}

function prefixLength(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([number32(bytes.length), bytes]);
}

function number16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff);
}

function number32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Length in bits, without leading zeros, and the bytes. */
function multiprecision(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const value = bytes.subarray(first);
  return Buffer.concat([number16((value.length - 1) * 8 + (32 - Math.clz32(value[0] ?? 0))), value]);
}

function subpacket(type: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.of(body.length + 1, type), body]);
}

function packet(type: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.of(0x80 | (type << 2) | 1), number16(body.length), body]);
}

function crc24(bytes: Buffer): number {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit += 1) {
      crc <<= 1;
      if (crc & 0x1000000) crc ^= 0x1864cfb;
    }
  }
  return crc & 0xffffff;
}

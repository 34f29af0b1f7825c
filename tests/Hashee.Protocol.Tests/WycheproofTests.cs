using System.Text.Json;

namespace Hashee.Protocol.Tests;

// C2SP Wycheproof: the edge cases on which implementations have failed.
public sealed class WycheproofTests
{
    [Fact]
    public void Ed25519_verifies_the_valid_signatures_only()
    {
        int checkedCases = 0;
        foreach ((JsonElement group, JsonElement test) in Cases("ed25519_test.json"))
        {
            bool imported = Ed25519PublicKey.TryImport(group.GetProperty("publicKey").Hex("pk"), out Ed25519PublicKey? key);
            bool verified = imported && key!.Verify(test.Hex("msg"), test.Hex("sig"));

            Assert.True(verified == IsValid(test), Describe(test));
            checkedCases++;
        }

        Assert.Equal(151, checkedCases);
    }

    [Fact]
    public void X25519_agrees_on_every_shared_secret_but_zero()
    {
        int checkedCases = 0;
        foreach ((JsonElement _, JsonElement test) in Cases("x25519_test.json"))
        {
            using X25519PrivateKey key = X25519PrivateKey.Import(test.Hex("private"));
            byte[] publicKey = test.Hex("public");
            byte[] expected = test.Hex("shared");
            byte[] shared = new byte[32];
            bool agreed = key.TryAgree(publicKey, shared);

            Assert.True(agreed == expected.ContainsAnyExcept((byte)0), Describe(test));
            Assert.True(agreed == X25519PublicKey.TryImport(publicKey, out _), Describe(test));
            Assert.True(!agreed || shared.AsSpan().SequenceEqual(expected), Describe(test));
            checkedCases++;
        }

        Assert.Equal(518, checkedCases);
    }

    [Fact]
    public void HMAC_SHA256_computes_the_valid_codes_only()
    {
        int checkedCases = 0;
        foreach ((JsonElement _, JsonElement test) in Cases("hmac_sha256_test.json"))
        {
            byte[] code = new byte[32];
            HmacSha256.Compute(test.Hex("key"), test.Hex("msg"), code);

            Assert.True(code.AsSpan().StartsWith(test.Hex("tag")) == IsValid(test), Describe(test));
            checkedCases++;
        }

        Assert.Equal(174, checkedCases);
    }

    [Fact]
    public void HKDF_SHA256_derives_the_valid_keys_and_refuses_those_too_long()
    {
        int checkedCases = 0;
        foreach ((JsonElement _, JsonElement test) in Cases("hkdf_sha256_test.json"))
        {
            byte[] pseudorandomKey = new byte[32];
            HkdfSha256.Extract(test.Hex("salt"), test.Hex("ikm"), pseudorandomKey);
            byte[] output = new byte[test.GetProperty("size").GetInt32()];
            if (IsValid(test))
            {
                HkdfSha256.Expand(pseudorandomKey, test.Hex("info"), output);
                Assert.True(output.AsSpan().SequenceEqual(test.Hex("okm")), Describe(test));
            }
            else
            {
                Assert.Throws<ArgumentException>(() => HkdfSha256.Expand(pseudorandomKey, test.Hex("info"), output));
            }

            checkedCases++;
        }

        Assert.Equal(86, checkedCases);
    }

    [Theory]
    [MemberData(nameof(Aes256GcmTests.Implementations), MemberType = typeof(Aes256GcmTests))]
    public void AES_256_GCM_seals_and_opens_the_valid_cases_only(string implementation)
    {
        Aead aead = Aes256GcmTests.Implementation(implementation);
        int checkedCases = 0;
        foreach ((JsonElement group, JsonElement test) in Cases("aes_gcm_test.json"))
        {
            (int key, int nonce, int tag) = (Size("keySize"), Size("ivSize"), Size("tagSize"));
            if ((key, nonce, tag) != (256, 96, 128))
            {
                continue;
            }

            byte[] plaintext = test.Hex("msg");
            byte[] ciphertext = [.. test.Hex("ct"), .. test.Hex("tag")];
            byte[] opened = new byte[plaintext.Length];
            bool isOpen = aead.TryOpen(test.Hex("key"), test.Hex("iv"), test.Hex("aad"), ciphertext, opened);

            Assert.True(isOpen == IsValid(test), Describe(test));
            if (IsValid(test))
            {
                byte[] sealedText = new byte[ciphertext.Length];
                aead.Seal(test.Hex("key"), test.Hex("iv"), test.Hex("aad"), plaintext, sealedText);
                Assert.True(sealedText.AsSpan().SequenceEqual(ciphertext), Describe(test));
                Assert.True(opened.AsSpan().SequenceEqual(plaintext), Describe(test));
            }

            checkedCases++;

            int Size(string name) => group.GetProperty(name).GetInt32();
        }

        Assert.Equal(66, checkedCases);
    }

    private static IEnumerable<(JsonElement Group, JsonElement Test)> Cases(string file)
    {
        foreach (JsonElement group in Vectors.Read($"wycheproof/{file}").Items("testGroups"))
        {
            foreach (JsonElement test in group.Items("tests"))
            {
                yield return (group, test);
            }
        }
    }

    private static bool IsValid(JsonElement test) => test.Text("result") == "valid";

    private static string Describe(JsonElement test) => $"case {test.GetProperty("tcId")}: {test.Text("comment")}";
}

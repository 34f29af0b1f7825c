using System.Text.Json;

namespace Hashee.Protocol.Tests;

// The RFCs' own examples, from tests/vectors/rfc. All in hex.
internal static class Rfc
{
    private static readonly JsonElement Rfc7748 = Vectors.Read("rfc/rfc7748.json");
    private static readonly JsonElement Rfc9180 = Vectors.Read("rfc/rfc9180.json");

    public static TheoryData<string, string, string> HmacCodes { get; } = new(
        Vectors.Read("rfc/rfc4231.json").Items("codes")
            .Select(static item => (item.Text("key"), item.Text("data"), item.Text("code"))));

    public static TheoryData<string, string, string, string, string> HkdfDerivations { get; } = new(
        Vectors.Read("rfc/rfc5869.json").Items("derivations").Select(static item =>
            (item.Text("input_keying_material"), item.Text("salt"), item.Text("info"), item.Text("pseudorandom_key"), item.Text("output"))));

    public static TheoryData<string, string, string, string> Ed25519Signatures { get; } = new(
        Vectors.Read("rfc/rfc8032.json").Items("signatures").Select(static item =>
            (item.Text("seed"), item.Text("public_key"), item.Text("message"), item.Text("signature"))));

    public static TheoryData<string, string, string> X25519Products { get; } = new(
        Rfc7748.Items("products").Select(static item => (item.Text("scalar"), item.Text("point"), item.Text("product"))));

    public static JsonElement X25519Iteration => Rfc7748.GetProperty("iteration");

    public static TheoryData<string, string, string, string> X25519Agreements { get; } = new(
        Rfc7748.Items("agreements").Select(static item =>
            (item.Text("private_key"), item.Text("public_key"), item.Text("other_public_key"), item.Text("shared_secret"))));

    public static TheoryData<string> X25519LowOrderPoints { get; } = new(
        Rfc7748.Items("low_order_points").Select(static item => item.GetString()!));

    public static byte[] HpkeInfo => Rfc9180.Hex("info");

    public static byte[] HpkePlaintext => Rfc9180.Hex("plaintext");

    // The AEAD's id, sequence number, associated data and ciphertext.
    public static TheoryData<int, int, string, string> HpkeEncryptions { get; } = new(
        from suite in Rfc9180.Items("suites")
        from item in suite.Items("encryptions")
        select (suite.Number("aead_id"), item.Number("sequence"), item.Text("associated_data"), item.Text("ciphertext")));

    // The AEAD's id, exporter context and exported value.
    public static TheoryData<int, string, string> HpkeExports { get; } = new(
        from suite in Rfc9180.Items("suites")
        from item in suite.Items("exports")
        select (suite.Number("aead_id"), item.Text("context"), item.Text("exported")));

    public static JsonElement HpkeSuite(int aeadId) => Rfc9180.Items("suites").Single(suite => suite.Number("aead_id") == aeadId);
}

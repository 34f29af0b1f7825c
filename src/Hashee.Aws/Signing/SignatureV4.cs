using Hashee.Host;
using Hashee.Host.Native;

namespace Hashee.Aws;

/// <summary>
/// AWS Signature Version 4 in the Authorization header (IAM user guide, "Create a signed AWS API request"). One object signs one request
/// after the other: <see cref="Begin"/>, <see cref="AddHeader"/> for each header to sign, <see cref="Finish"/>. The signing key is kept
/// for its day.
/// </summary>
internal sealed class SignatureV4(string accessKeyId, byte[] secretAccessKey, string region, string service)
{
    /// <summary>The bytes of a time stamp, <c>20261120T225254Z</c>.</summary>
    internal const int TimestampLength = 16;

    private const int DateLength = 8;

    private readonly ByteBuffer _canonicalRequest = new(1024);
    private readonly ByteBuffer _stringToSign = new(256);
    private readonly ByteBuffer _text = new(1024);
    private readonly List<Field> _fields = [];
    private readonly byte[] _keyDate = new byte[DateLength];
    private readonly byte[] _key = new byte[LibCrypto.Sha256Length];

    internal ReadOnlySpan<byte> CanonicalRequest => _canonicalRequest.Written;

    internal ReadOnlySpan<byte> StringToSign => _stringToSign.Written;

    /// <summary>Starts a POST to the root, without a query: nothing there has to be made canonical, and the code that would is not linked for it.</summary>
    internal void BeginPost()
    {
        _canonicalRequest.Clear();
        _canonicalRequest.Append("POST\n/\n\n"u8);
        _fields.Clear();
        _text.Clear();
    }

    /// <summary>Starts a request.</summary>
    /// <param name="method">GET, POST, …</param>
    /// <param name="path">The path as it is sent, beginning with a slash.</param>
    /// <param name="query">What follows the question mark, with or without percent-encoding; may be empty.</param>
    /// <param name="isS3">Whether the path is canonical as S3 wants it, and not as every other service does.</param>
    internal void Begin(ReadOnlySpan<byte> method, ReadOnlySpan<byte> path, ReadOnlySpan<byte> query, bool isS3 = false)
    {
        _canonicalRequest.Clear();
        _canonicalRequest.Append(method);
        _canonicalRequest.Append((byte)'\n');
        CanonicalUri.AppendPath(_canonicalRequest, path, isS3);
        _canonicalRequest.Append((byte)'\n');
        CanonicalUri.AppendQuery(_canonicalRequest, query);
        _canonicalRequest.Append((byte)'\n');
        _fields.Clear();
        _text.Clear();
    }

    /// <summary>Signs a header field. A name that comes again adds its value to the first, behind a comma.</summary>
    /// <param name="name">The name in any letter case.</param>
    /// <param name="value">The value; white space around it is ignored and a run of it counts as one space.</param>
    internal void AddHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        int nameStart = _text.Length;
        foreach (byte character in name)
        {
            _text.Append((byte)char.ToLowerInvariant((char)character));
        }

        int valueStart = _text.Length;
        bool afterSpace = false;
        foreach (byte character in value)
        {
            bool isSpace = character is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
            if (!isSpace)
            {
                if (afterSpace && _text.Length > valueStart)
                {
                    _text.Append((byte)' ');
                }

                _text.Append(character);
            }

            afterSpace = isSpace;
        }

        Insert(new Field(nameStart, valueStart, _text.Length));
    }

    /// <summary>Writes the value of the Authorization header.</summary>
    /// <param name="timestamp">The signed X-Amz-Date, <see cref="TimestampLength"/> bytes.</param>
    /// <param name="payloadHash">SHA-256 of the body, 32 bytes; none where the body is not signed, which only S3 takes.</param>
    /// <param name="output">Takes the value.</param>
    internal void Finish(ReadOnlySpan<byte> timestamp, ReadOnlySpan<byte> payloadHash, ByteBuffer output)
    {
        AppendHeaders();
        _canonicalRequest.Append((byte)'\n');
        AppendSignedNames(_canonicalRequest);
        _canonicalRequest.Append((byte)'\n');
        _canonicalRequest.Append(payloadHash.IsEmpty ? "UNSIGNED-PAYLOAD"u8 : default);
        AppendHex(_canonicalRequest, payloadHash);

        Span<byte> digest = stackalloc byte[LibCrypto.Sha256Length];
        LibCrypto.Sha256(_canonicalRequest.Written, digest);
        _stringToSign.Clear();
        _stringToSign.Append("AWS4-HMAC-SHA256\n"u8);
        _stringToSign.Append(timestamp);
        _stringToSign.Append((byte)'\n');
        AppendScope(_stringToSign, timestamp);
        _stringToSign.Append((byte)'\n');
        AppendHex(_stringToSign, digest);

        PrepareKey(timestamp);
        LibCrypto.HmacSha256(_key, _stringToSign.Written, digest);
        output.Append("AWS4-HMAC-SHA256 Credential="u8);
        output.Append(accessKeyId);
        output.Append((byte)'/');
        AppendScope(output, timestamp);
        output.Append(", SignedHeaders="u8);
        AppendSignedNames(output);
        output.Append(", Signature="u8);
        AppendHex(output, digest);
    }

    /// <summary>Derives the signing key of a day unless it is there already.</summary>
    internal void PrepareKey(ReadOnlySpan<byte> timestamp)
    {
        ReadOnlySpan<byte> date = timestamp[..DateLength];
        if (date.SequenceEqual(_keyDate))
        {
            return;
        }

        ByteBuffer input = new(64);
        input.Append("AWS4"u8);
        input.Append(secretAccessKey);
        LibCrypto.HmacSha256(input.Written, date, _key);
        Derive(region);
        Derive(service);
        Derive("aws4_request");
        date.CopyTo(_keyDate);

        void Derive(string part)
        {
            input.Clear();
            input.Append(part);
            LibCrypto.HmacSha256(_key, input.Written, _key);
        }
    }

    private static void AppendHex(ByteBuffer output, ReadOnlySpan<byte> bytes)
    {
        _ = Convert.TryToHexStringLower(bytes, output.GetSpan(2 * bytes.Length), out int length);
        output.Advance(length);
    }

    private ReadOnlySpan<byte> NameOf(Field field) => _text.Written[field.NameStart..field.ValueStart];

    private ReadOnlySpan<byte> ValueOf(Field field) => _text.Written[field.ValueStart..field.End];

    /// <summary>Keeps the fields sorted by name, those of one name in the order they came.</summary>
    private void Insert(Field field)
    {
        int position = _fields.Count;
        while (position > 0 && NameOf(_fields[position - 1]).SequenceCompareTo(NameOf(field)) > 0)
        {
            position--;
        }

        _fields.Insert(position, field);
    }

    private bool RepeatsName(int index) => index > 0 && NameOf(_fields[index]).SequenceEqual(NameOf(_fields[index - 1]));

    private void AppendHeaders()
    {
        for (int i = 0; i < _fields.Count; i++)
        {
            if (RepeatsName(i))
            {
                _canonicalRequest.Append((byte)',');
            }
            else
            {
                _canonicalRequest.Append(i == 0 ? default : "\n"u8);
                _canonicalRequest.Append(NameOf(_fields[i]));
                _canonicalRequest.Append((byte)':');
            }

            _canonicalRequest.Append(ValueOf(_fields[i]));
        }

        _canonicalRequest.Append((byte)'\n');
    }

    private void AppendSignedNames(ByteBuffer output)
    {
        for (int i = 0; i < _fields.Count; i++)
        {
            if (!RepeatsName(i))
            {
                output.Append(i == 0 ? default : ";"u8);
                output.Append(NameOf(_fields[i]));
            }
        }
    }

    private void AppendScope(ByteBuffer output, ReadOnlySpan<byte> timestamp)
    {
        output.Append(timestamp[..DateLength]);
        output.Append((byte)'/');
        output.Append(region);
        output.Append((byte)'/');
        output.Append(service);
        output.Append("/aws4_request"u8);
    }

    private readonly struct Field(int nameStart, int valueStart, int end)
    {
        internal int NameStart => nameStart;

        internal int ValueStart => valueStart;

        internal int End => end;
    }
}

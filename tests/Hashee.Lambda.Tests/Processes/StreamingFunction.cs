using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hashee.Lambda.Tests.Processes;

/// <summary>
/// A sample function that writes its answer while it makes it. Its test is told, and tells it to go on, over a connection of their own.
/// </summary>
internal static class StreamingFunction
{
    /// <summary>The header that says where the test listens: <c>host:port</c>.</summary>
    internal const string GateHeader = "x-gate";

    /// <summary>How many pieces <c>/many</c> answers with.</summary>
    internal const int Pieces = 100;

    /// <summary>Bytes in each of them.</summary>
    internal const int PieceLength = 1024 * 1024;

    private static readonly HttpHeader PlainText = new("content-type", "text/plain");

    /// <summary>Does what the path says.</summary>
    internal static void Answer(ReadOnlySpan<byte> payload, InvocationContext context, StreamedResponse response)
    {
        HttpRequest request = new();
        Require(request.TryRead(payload));
        Require(request.GetHeader(Encoding.ASCII.GetBytes(GateHeader), out ReadOnlySpan<byte> address) == HeaderPresence.Once);
        using TcpClient gate = new();
        gate.Connect(IPEndPoint.Parse(Encoding.ASCII.GetString(address)));
        NetworkStream test = gate.GetStream();
        switch (Encoding.ASCII.GetString(request.Path))
        {
            case "/pieces":
                response.BeginHttp(201, [PlainText], ["a=1", "b=2"]);
                response.TryWrite("one"u8);
                GoOn(test);
                response.TryWrite("two"u8);
                GoOn(test);
                response.TryWrite("three"u8);
                break;
            case "/fails-before":
                response.BeginHttp(200, [PlainText]);
                throw new InvalidOperationException(SampleFunctions.Secret);
            case "/fails-behind":
                response.BeginHttp(200, [PlainText]);
                response.TryWrite("one"u8);
                GoOn(test);
                throw new InvalidOperationException(SampleFunctions.Secret);
            case "/many":
                WriteMany(response, test);
                break;
            case "/largest-prelude":
                response.BeginHttp(200, [HeaderOf(StreamedResponse.LargestPrelude)]);
                response.TryWrite("text"u8);
                break;
            case "/larger-prelude":
                response.BeginHttp(200, [HeaderOf(StreamedResponse.LargestPrelude + 1)]);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(payload));
        }
    }

    /// <summary>Says after each piece that it has left.</summary>
    private static void WriteMany(StreamedResponse response, NetworkStream test)
    {
        byte[] piece = new byte[PieceLength];
        response.BeginHttp(200, [PlainText]);
        for (int i = 0; i < Pieces; i++)
        {
            response.TryWrite(piece);
            test.WriteByte(1);
        }
    }

    /// <summary>A header with which the prelude has so many bytes.</summary>
    private static HttpHeader HeaderOf(int prelude) =>
        new("x", new string('v', prelude - """{"statusCode":200,"headers":{"x":""}}""".Length));

    private static void GoOn(NetworkStream test) => Require(test.ReadByte() == 1);

    private static void Require(bool condition)
    {
        if (!condition)
        {
            throw new InvalidOperationException("The test and its function do not understand each other.");
        }
    }
}

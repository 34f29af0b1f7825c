using System.Text;
using Hashee.Testing.Servers;

namespace Hashee.Lambda.Tests;

/// <summary>A streamed answer as the Runtime API sees it.</summary>
internal sealed class StreamedAnswer(HttpMessage head, ServerConnection connection)
{
    private readonly List<byte[]> _chunks = [];

    internal HttpMessage Head => head;

    internal ServerConnection Connection => connection;

    /// <summary>The chunks that were read, in order.</summary>
    internal IReadOnlyList<byte[]> Chunks => _chunks;

    /// <summary>What was read, its chunks joined.</summary>
    internal byte[] Content => [.. _chunks.SelectMany(static chunk => chunk)];

    /// <summary>The JSON in front of the eight zeros.</summary>
    internal string Prelude => Encoding.UTF8.GetString(_chunks[0].AsSpan(..^8));

    /// <summary>The text behind the prelude.</summary>
    internal string Body => Encoding.UTF8.GetString([.. _chunks.Skip(1).SelectMany(static chunk => chunk)]);

    /// <summary>The fields behind the last chunk.</summary>
    internal IReadOnlyDictionary<string, string> Trailers { get; private set; } = new Dictionary<string, string>();

    /// <summary>Whether the function closed the connection after it had been told the outcome.</summary>
    internal bool WasClosedAfterwards { get; private set; }

    /// <summary>Reads one more chunk.</summary>
    internal byte[]? ReadChunk()
    {
        byte[]? chunk = connection.ReadChunk();
        if (chunk is not null)
        {
            _chunks.Add(chunk);
        }

        return chunk;
    }

    /// <summary>Reads to the end.</summary>
    internal void ReadToEnd()
    {
        while (ReadChunk() is not null)
        {
        }

        Trailers = connection.ReadFields();
    }

    /// <summary>Reads to the end and takes it.</summary>
    internal void Accept()
    {
        ReadToEnd();
        connection.Send(RuntimeApiServer.Accepted);
        WasClosedAfterwards = connection.Stream.ReadByte() < 0;
    }
}

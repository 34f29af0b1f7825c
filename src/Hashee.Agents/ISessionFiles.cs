namespace Hashee.Agents;

/// <summary>Files that belong to a session, such as <c>debug.txt</c> and <c>todos.json</c>; saved together with the turn, or not at all.</summary>
internal interface ISessionFiles
{
    /// <summary>Reads a file; empty when there is none.</summary>
    ValueTask<ReadOnlyMemory<byte>> ReadAsync(string name, CancellationToken cancellationToken);

    /// <summary>Sets what a file holds from now on.</summary>
    void Write(string name, ReadOnlyMemory<byte> content);
}

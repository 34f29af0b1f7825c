namespace Hashee.Emulator.Terminal;

/// <summary>
/// Where the worker of a local world keeps its sessions, unless the command line has a place for them: a folder that is deleted on dispose, as the
/// conversations are gone then too.
/// </summary>
internal sealed class SessionsFolder : IDisposable
{
    private const string Variable = "HASHEE_SESSIONS_FOLDER";

    private readonly DirectoryInfo? _folder;

    /// <param name="variables">The worker's variables; it is added to them. One that is empty there means that nothing is to be kept.</param>
    public SessionsFolder(Dictionary<string, string?> variables)
    {
        if (!((string[])[Variable, "SESSION_TABLE", "STATE_TABLE", "SESSION_BUCKET"]).Any(variables.ContainsKey))
        {
            _folder = Directory.CreateTempSubdirectory("hashee-sessions-");
            variables[Variable] = _folder.FullName;
        }
    }

    public void Dispose() => _folder?.Delete(recursive: true);
}

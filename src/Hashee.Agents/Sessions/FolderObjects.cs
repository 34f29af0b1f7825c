using Hashee.Host;

namespace Hashee.Agents.Sessions;

/// <summary>Files of sessions in a folder: a key is a path in it.</summary>
internal sealed class FolderObjects(string folder) : ISessionObjects
{
    public void Connect(TimeSpan limit)
    {
    }

    public async ValueTask<ReadOnlyMemory<byte>?> GetAsync(StoredFile file, TimeLimit limit)
    {
        try
        {
            return await File.ReadAllBytesAsync(PathOf(file.Key), limit.Token);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FolderRecords.Away("a file of the session cannot be read", e);
        }
    }

    public async ValueTask<string> PutAsync(string key, ReadOnlyMemory<byte> content, TimeLimit limit)
    {
        string path = PathOf(key);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await FolderRecords.ReplaceAsync(path, content, limit.Token);
            return "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FolderRecords.Away("a file of the session cannot be written", e);
        }
    }

    public ValueTask DeleteAsync(string key, TimeLimit limit)
    {
        string path = PathOf(key);
        try
        {
            File.Delete(path);
            for (string parent = Path.GetDirectoryName(path)!; IsEmptyBelow(parent); parent = Path.GetDirectoryName(parent)!)
            {
                Directory.Delete(parent);
            }

            return ValueTask.CompletedTask;
        }
        catch (DirectoryNotFoundException)
        {
            return ValueTask.CompletedTask;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw FolderRecords.Away("a file of the session cannot be deleted", e);
        }
    }

    private bool IsEmptyBelow(string parent) => parent.Length > folder.Length && !Directory.EnumerateFileSystemEntries(parent).Any();

    /// <summary>A key comes out of a record, which anybody who can write into the folder may have written.</summary>
    private string PathOf(string key) => key.Split('/').All(static part => part.Length > 0 && part is not ("." or ".."))
        ? Path.Combine(folder, key)
        : throw SessionException.Unreadable("the key of a file of the session");
}

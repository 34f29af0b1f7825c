namespace Hashee.Lambda;

/// <summary>How often a header is there with a request.</summary>
public enum HeaderPresence
{
    /// <summary>Not at all.</summary>
    Missing,

    /// <summary>Once.</summary>
    Once,

    /// <summary>More than once, in one letter case or several. (Lambda itself joins repeated headers with commas.)</summary>
    Repeated,
}

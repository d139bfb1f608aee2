namespace Straggler.Experiments.Binding;

/// <summary>Guesses which name was meant.</summary>
internal static class Suggestions
{
    /// <summary>The nearest name, or null where none is near enough to be a slip.</summary>
    public static string? Nearest(string written, IEnumerable<string> names)
    {
        string plain = Plain(written);
        int allowed = plain.Length <= 2 ? 0 : plain.Length <= 5 ? 1 : plain.Length <= 8 ? 2 : 3;
        return names.Select(name => (Name: name, Distance: Distance(plain, Plain(name))))
            .Where(candidate => candidate.Distance <= allowed)
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();
    }

    /// <summary>Letters inserted, deleted, replaced or exchanged with their neighbour (optimal string alignment).</summary>
    public static int Distance(string left, string right)
    {
        int[,] cost = new int[left.Length + 1, right.Length + 1];
        for (int i = 0; i <= left.Length; i++)
        {
            for (int j = 0; j <= right.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    cost[i, j] = i + j;
                    continue;
                }

                int replace = cost[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(replace, Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
                }
            }
        }

        return cost[left.Length, right.Length];
    }

    /// <summary>Case, hyphens and underscores do not count as slips.</summary>
    private static string Plain(string name)
    {
        string bounded = name.Length <= 64 ? name : name[..64];
        return bounded.ToLowerInvariant().Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
    }
}

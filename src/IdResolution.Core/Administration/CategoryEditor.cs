using IdResolution.Core.Access;
using IdResolution.Core.Errors;
using IdResolution.Core.Templates;

namespace IdResolution.Core.Administration;

/// <summary>Saves categories. Editing needs role admin. Thread-safe.</summary>
public sealed class CategoryEditor(DocumentEditor documents)
{
    /// <summary>Saves a category. The answer says if it is new.</summary>
    public Task<Result<(Category Category, bool IsNew)>> SaveAsync(
        Category category,
        Caller caller,
        CancellationToken cancellationToken,
        Error? misread = null
    ) =>
        documents.EditAsync(
            caller,
            "category.save",
            category.Code ?? "",
            current =>
            {
                var error = Check(category, code => current.Categories.GetValueOrDefault(code));
                return error
                    ?? CatalogWrites.Of(
                        current.Categories.TryGetValue(category.Code!, out var old) && old == category
                            ? []
                            : [documents.Write(current, category, caller)],
                        (category, old is null)
                    );
            },
            cancellationToken,
            misread
        );

    /// <summary>The error for a category that cannot be saved, or null.</summary>
    internal static Error? Check(Category category, Func<string, Category?> find)
    {
        if (!TemplateRules.IsCode(category.Code))
        {
            return TemplateErrors.BadCode();
        }
        var seen = new HashSet<string>(StringComparer.Ordinal) { category.Code };
        for (var parent = category.Parent; parent is not null; parent = find(parent)!.Parent)
        {
            if (!seen.Add(parent))
            {
                return TemplateErrors.CategoryAboveItself(parent);
            }
            if (find(parent) is null)
            {
                return TemplateErrors.NoCategory(parent, "parent");
            }
        }
        return null;
    }
}

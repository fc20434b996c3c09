import Course
import Foundation
import Inspection

/// The lessons as pages. Their Markdown and formulas become HTML by pandoc; all that is special about a
/// lesson is added here: pictures in the colours of the page, code with its lines, links to where
/// things are in the pages, pieces of the page to play with, boxes to tick.
struct CoursePages {
    /// A text of the course and where it stands.
    private struct Text {
        /// From the project's folder, and from the site's.
        let source: String, target: String
        var title = ""
        /// As 4-2, if it is a lesson.
        var number: String?
        var minutes: String?
        var part: Int?
        var html = ""
        /// The titles of its sections, with their anchors.
        var sections: [(slug: String, title: String)] = []
    }

    /// All files of the site, by their paths in it.
    ///
    /// - Throws: `UserError` if this is not the project's folder, pandoc is missing, or a link leads
    ///   nowhere.
    static func all() throws -> [String: Data] {
        var pages = try CoursePages()
        return try pages.files()
    }

    /// The map, then the lessons in their order, the appendix, and other texts that they link to.
    private var texts: [Text] = []
    /// The titles of the parts.
    private var parts: [Int: String] = [:]
    /// Files of the project that pages link to, and the lines of them that links name.
    private var linked: [String: Set<String>] = [:]
    /// The pictures that are in a page have identifiers of their own.
    private var pictures = 0

    private static let map = "Lessons/README.md"
    private static let page = "Lessons/microgpt.html"
    private static let hasPage = FileManager.default.fileExists(atPath: page)

    // MARK: - The map

    private init() throws {
        let all = try LessonChecker.texts().filter { $0.hasPrefix("Lessons/") }
        let lines = try Self.read(Self.map).components(separatedBy: "\n")
        texts = [Text(source: Self.map, target: Self.target(of: Self.map), title: "The course")]
        var part: Int?
        for line in lines {
            if let match = line.wholeMatch(of: /## (\d) (.+)/) {
                part = Int(match.1)
                parts[part!] = String(match.2)
            } else if line.hasPrefix("## ") {
                part = nil
            } else if let row = line.firstMatch(of: /\| \[(\d-\d) (.+?)\]\((.+?)\) \| (\d+) \|/) {
                add("Lessons/\(row.3)", String(row.2))
                texts[texts.count - 1].number = String(row.1)
                texts[texts.count - 1].minutes = String(row.4)
                texts[texts.count - 1].part = part
            } else {
                for link in line.matches(of: /\[([^\]]+)\]\((appendix\/.+?\.md)\)/) {
                    let source = "Lessons/\(link.2)"
                    if !texts.contains(where: { $0.source == source }) {
                        add(source, String(link.1))
                    }
                }
            }
        }
        // The appendix stands after the lessons, wherever it was named first.
        texts =
            texts.filter { $0.source == Self.map } + texts.filter { $0.number != nil }
            + texts.filter { $0.number == nil && $0.source != Self.map }
        let known = Set(texts.map(\.source))
        if let lost = all.first(where: { !known.contains($0) }) {
            throw UserError("\(lost): not in the map; add it to \(Self.map)")
        }
        // Other texts that are linked to have no place in the map.
        for text in texts {
            for link in try Self.read(text.source).matches(of: /\]\(([^)#:]+\.md)[)#]/) {
                let source = Self.path(String(link.1), from: text.source)
                if !texts.contains(where: { $0.source == source }),
                    FileManager.default.fileExists(atPath: source)
                {
                    add(source, source)
                }
            }
        }
    }

    private mutating func add(_ source: String, _ title: String) {
        texts.append(Text(source: source, target: Self.target(of: source), title: title))
    }

    private static func read(_ path: String) throws -> String {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw UserError("\(path): cannot be read; run this in the project's folder")
        }
        return text
    }

    // MARK: - Places

    /// Where a link leads, from the project's folder.
    private static func path(_ link: String, from source: String) -> String {
        (source.split(separator: "/").dropLast() + link.split(separator: "/"))
            .reduce(into: [Substring]()) { path, step in
                switch step {
                case ".": break
                case ".." where !path.isEmpty: path.removeLast()
                default: path.append(step)
                }
            }.joined(separator: "/")
    }

    /// Where a file of the project stands in the site. Lists and records stay as they are; code
    /// becomes a page. No name begins with a dot, since publishers leave such files out.
    private static func target(of source: String) -> String {
        if source == map { return "index.html" }
        if source == page { return "microgpt.html" }
        if let match = source.wholeMatch(of: /Lessons\/(.+?)(\/lesson)?\.md/) {
            return "\(match.1).html"
        }
        let path = source.split(separator: "/").map { $0.drop { $0 == "." } }
            .joined(separator: "/")
        if isFolder(source) { return "code/\(path)/index.html" }
        if path.hasSuffix(".md") { return "code/\(path.dropLast(3)).html" }
        return "code/\(path)" + (isPlain(source) ? "" : ".html")
    }

    private static func isPlain(_ path: String) -> Bool {
        path.hasSuffix(".json") || path.hasSuffix(".txt")
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder = ObjCBool(false)
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            && isFolder.boolValue
    }

    /// The way up from a page to the site's folder.
    private static func root(from target: String) -> String {
        String(repeating: "../", count: target.count { $0 == "/" })
    }

    /// A link of a text as one in the site.
    private mutating func link(_ link: String, in text: Text) throws -> String {
        if link.contains(/^[a-z]+:/) || link.hasPrefix("#") { return link }
        let parts = link.split(separator: "#", maxSplits: 1)
        let source = Self.path(String(parts[0]), from: text.source)
        let fragment = parts.count > 1 ? String(parts[1]) : nil
        guard FileManager.default.fileExists(atPath: source) else {
            throw UserError("\(text.source): the link \(link) leads nowhere")
        }
        if !texts.contains(where: { $0.source == source }) {
            linked[source, default: []].formUnion(fragment.map { [$0] } ?? [])
        }
        return Self.root(from: text.target) + Self.target(of: source)
            + (fragment.map { "#\($0)" } ?? "")
    }

    // MARK: - From Markdown to HTML

    /// Texts without their blocks of code, which become comments, and have to be put in later.
    private static func outline(_ lesson: Lesson) -> String {
        lesson.parts.enumerated().map { k, part in
            switch part.kind {
            case .prose, .values:
                (part.lines + (part.kind == .prose ? [] : [""])).joined(separator: "\n")
            case .block: "\n<!-- block \(k) -->\n"
            case .definitions: ""
            }
        }.joined(separator: "\n")
    }

    /// One run for all of them; a formula that cannot be drawn is an error.
    private static func html(_ markdown: [String]) throws -> [String] {
        let file = FileManager.default.temporaryDirectory
            .appending(path: "lab-site-\(UUID().uuidString).md")
        defer { try? FileManager.default.removeItem(at: file) }
        let border = "\n\n<!-- the next text -->\n\n"
        try Data(markdown.joined(separator: border).utf8).write(to: file)
        let run = try Shell.run(
            "exec pandoc -f gfm-gfm_auto_identifiers+tex_math_dollars -t html5 --mathml "
                + "--no-highlight --wrap=preserve --fail-if-warnings \"$0\"", file.path)
        if run.exitCode == 127 {
            throw UserError(
                "pandoc is not here, which makes pages of Markdown and formulas; install it with "
                    + "\"apt-get install pandoc\", or \"brew install pandoc\" on macOS")
        }
        guard run.exitCode == 0 else { throw UserError("pandoc: \(run.stderr)") }
        return run.stdout.components(separatedBy: "<!-- the next text -->")
    }

    private mutating func files() throws -> [String: Data] {
        let lessons = try texts.map { Lesson(try Self.read($0.source)) }
        let html = try Self.html(lessons.map(Self.outline))
        for k in texts.indices {
            texts[k].html = try woven(html[k], lessons[k], texts[k])
            let titles = texts[k].html.matches(of: /<h2 id="([^"]*)">(.*?)<\/h2>/)
            texts[k].sections = titles.map { (String($0.1), String($0.2)) }
        }
        var files: [String: Data] = [:]
        for k in texts.indices { files[texts[k].target] = Data(page(k).utf8) }
        // Code that is shown may have been found in a folder that is linked to.
        for (folder, _) in linked where Self.isFolder(folder) {
            for file in try Self.contents(of: folder) {
                linked["\(folder)/\(file)", default: []].formUnion([])
            }
        }
        for (source, fragments) in linked {
            let target = Self.target(of: source)
            if source == Self.page {
                continue
            } else if Self.isPlain(source) {
                files[target] = try Data(contentsOf: URL(filePath: source))
            } else {
                let body =
                    Self.isFolder(source) ? try folder(source) : try code(source, fragments)
                files[target] = Data(frame(body, at: target, title: source).utf8)
            }
        }
        if Self.hasPage { files[Self.target(of: Self.page)] = try Self.playPage() }
        for file in ["site.css", "site.js"] {
            files[file] = Data(try Self.read("Sources/Site/\(file)").utf8)
        }
        files["search.js"] = Data(try searchIndex().utf8)
        return files
    }

    /// A text with all that pandoc does not know of.
    private mutating func woven(_ html: String, _ lesson: Lesson, _ text: Text) throws -> String {
        var html = html
        let slugs = lesson.slugs
        var headings = 0
        html = html.replacing(/<h(\d)>(.*?)<\/h\d>/.dotMatchesNewlines()) { match in
            headings += 1
            let slug = headings <= slugs.count ? slugs[headings - 1] : ""
            return "<h\(match.1) id=\"\(slug)\">\(match.2)</h\(match.1)>"
        }
        guard headings == slugs.count else {
            throw UserError(
                "\(text.source): pandoc finds \(headings) headings, and there are \(slugs.count)")
        }
        // A picture stands by itself, with what is said in brackets below it.
        html = html.replacing(/<img [^>]*>/) { "</p>\n\($0.0)\n<p>" }
            .replacing(/<p>\s*<\/p>/, with: "")
        html = try html.replacing(
            /<img src="([^"]+)" alt="([^"]*)" ?\/>(?:\s*<p><em>\((.+?)\)<\/em><\/p>)?/
                .dotMatchesNewlines()
        ) {
            try picture(Self.path(String($0.1), from: text.source), alt: String($0.2), madeBy: $0.3)
        }
        html = html.replacing("<table>", with: Self.tableStart)
            .replacing("</table>", with: "</table></div>")
            .replacing(/class="wide"(?=[^>]*><table>\s*<thead>\s*<tr[^>]*>\s*<th>(lesson|term)<)/) {
                "class=\"wide stack \($0.1)s\""
            }
        html = html.replacing(/<p>((?:<strong>)?data(?:<\/strong>)? → .*)<\/p>/) {
            var isToday = false  // bold, from one box to another
            let boxes = $0.1.split(separator: " → ").map { box in
                if box.contains("<strong>") { isToday = true }
                defer { if box.contains("</strong>") { isToday = false } }
                let name = Self.plain(String(box))
                return isToday ? "<strong>\(name)</strong>" : "<span>\(name)</span>"
            }
            return "<p class=\"here\">\(boxes.joined(separator: "<i>→</i>"))</p>"
        }
        html = html.replacing(
            "<p><strong>Predict.</strong>", with: "<p class=\"predict\"><strong>Predict.</strong>"
        )
        .replacing(
            "<details><summary>Deeper: ", with: "<details class=\"deeper\"><summary>Deeper: ")
        if text.source.hasSuffix("/glossary.md") {
            html = html.replacing(/<tr( class="\w+")?>\s*<td>(.+?)<\/td>/) {
                "<tr id=\"\(Self.anchor(ofTerm: String($0.2)))\"><td>\($0.2)</td>"
            }
        }
        html = withPieces(withExercises(html), text)
        html = try html.replacing(/(href|src)="([^"]+)"/) {
            "\($0.1)=\"\(try link(Self.unescaped(String($0.2)), in: text))\""
        }
        html = try html.replacing(/<!-- block (\d+) -->/) {
            try block(Int($0.1)!, of: lesson, in: text)
        }
        return html.replacing(/<!--.*?-->\n?/.dotMatchesNewlines(), with: "")
    }

    private static let tableStart =
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>"

    /// A box to tick for each exercise that a lesson links to, at the end of the section that does.
    private func withExercises(_ html: String) -> String {
        var boxes: [(place: String.Index, box: String)] = []
        var shown: Set<Substring> = []
        for link in html.matches(of: /href="(?:[^"]*\/)?([^"\/]*)\.exercise\.swift"/)
        where shown.insert(link.1).inserted {
            let before = html[..<link.range.lowerBound]
            let isFolded =
                before.matches(of: /<details/).count > before.matches(of: /<\/details>/).count
            let end = isFolded ? /<\/details>/ : /<h2 |<details class="deeper"/
            let after = html[link.range.upperBound...]
            boxes.append(
                (
                    after.firstMatch(of: end)?.range.lowerBound ?? html.endIndex,
                    "<label class=\"tick\"><input type=\"checkbox\" data-exercise=\"\(link.1)\"> "
                        + "I've solved \(link.1)</label>\n"
                ))
        }
        // From the last on, so that the places of those before stay true.
        return boxes.reversed().reduce(into: html) { html, box in
            html.insert(contentsOf: box.box, at: box.place)
        }
    }

    /// The pieces of the page that a lesson links to, inside it. Each starts when a reader comes near.
    private func withPieces(_ html: String, _ text: Text) -> String {
        guard text.number != nil else { return html }
        var shown: Set<Substring> = []
        return html.replacing(
            /<p>(?:(?!<\/p>).)*?href="\.[^"]*microgpt\.html#.*?<\/p>/.dotMatchesNewlines()
        ) { match in
            let pieces = match.0.matches(
                of: /<a href="(\.[^"]*microgpt\.html#([\w-]+))">(.*?)<\/a>/.dotMatchesNewlines()
            ).filter { !["train", "step", "play"].contains($0.2) && shown.insert($0.2).inserted }
            let frames = pieces.map { piece in
                "<figure class=\"piece\"><iframe loading=\"lazy\" src=\"\(piece.1)/embed\" "
                    + "title=\"\(CodeHTML.escaped(Self.plain(String(piece.3))))\"></iframe></figure>"
            }
            return match.0 + frames.joined()
        }
    }

    /// The page for the site: its links to lessons lead to these pages, also out of a lesson's frame, and
    /// it takes the colours that the lesson has.
    private static func playPage() throws -> Data {
        let text = try read(page).replacing("/lesson.md", with: ".html")
            .replacing(
                "<head>",
                with: """
                    <head>
                    <base target="_top">
                    <script>
                    addEventListener("message", (event) => {
                      const theme = event.data?.theme;
                      if (event.source !== parent || !["dark", "light"].includes(theme)) return;
                      document.documentElement.dataset.theme = theme;
                      dispatchEvent(new Event("themechange"));
                    });
                    </script>
                    """, maxReplacements: 1)
        return Data(text.utf8)
    }

    private static func anchor(ofTerm term: String) -> String {
        "term-" + plain(term).lowercased().replacing(/[^\w]+/, with: "-")
    }

    /// A picture in the page itself, in which the page's own style sheet gives its colours.
    private mutating func picture(_ path: String, alt: String, madeBy: Substring?) throws -> String
    {
        guard path.hasSuffix(".svg") else { throw UserError("\(path): not an SVG picture") }
        pictures += 1
        let id = "picture-\(pictures)"
        let svg = try Self.read(path)
            .replacing(/<style>.*?<\/style>\n?/.dotMatchesNewlines(), with: "")
            .replacing(/<title id="title">.*?<\/title>\n?/, with: "")
            .replacing("aria-labelledby=\"title\"", with: "aria-label=\"\(alt)\"")
            .replacing("\"desc\"", with: "\"\(id)\"")
            .replacing("xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" ", with: "")
        let caption = madeBy.map { "<figcaption>\($0)</figcaption>" } ?? ""
        return "<figure class=\"picture\">\(svg)\(caption)</figure>"
    }

    private mutating func block(_ k: Int, of lesson: Lesson, in text: Text) throws -> String {
        guard case .block(let info) = lesson.parts[k].kind else { return "" }
        let lines = lesson.parts[k].lines
        if let match = info.wholeMatch(of: /swift (\S+):(\d+)-(\d+)/),
            let first = Int(match.2), let last = Int(match.3)
        {
            let up = Self.root(from: text.source)
            let href = try link("\(up)\(match.1)#L\(first)-L\(last)", in: text)
            let name = match.1.split(separator: "/").last ?? match.1
            let place = first == last ? "line \(first)" : "lines \(first) to \(last)"
            return
                "<figure class=\"code\"><figcaption><a href=\"\(href)\">\(name)</a>, \(place)</figcaption>"
                + CodeHTML.block(
                    lines, in: "swift", label: "\(name), \(place)", first: first) + "</figure>"
        }
        let language = info.split(separator: " ").first.map(String.init) ?? ""
        // What a program prints stands below it.
        let above = lesson.parts[..<k].last { $0.lines != [""] }?.kind
        let isOutput = language == "text" && above == .block(info: "swift run")
        let label = isOutput ? "What it prints" : language == "swift" ? "Code" : "Terminal"
        return "<div class=\"code\(isOutput ? " output" : "")\">"
            + CodeHTML.block(lines, in: language, label: label) + "</div>"
    }

    // MARK: - Code

    private static func contents(of folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            .filter { !isFolder("\(folder)/\($0)") && !$0.hasPrefix(".") }
    }

    private func folder(_ path: String) throws -> String {
        let items = try Self.contents(of: path).map { file in
            let target = Self.target(of: "\(path)/\(file)").split(separator: "/").last!
            return "<li><a href=\"\(target)\">\(CodeHTML.escaped(file))</a></li>"
        }
        return "<main id=\"text\" tabindex=\"-1\"><p class=\"eyebrow\">Folder</p><h1>\(path)</h1>"
            + "<ul>\(items.joined())</ul></main>"
    }

    private func code(_ path: String, _ fragments: Set<String>) throws -> String {
        var lines = try Self.read(path).components(separatedBy: "\n")
        if lines.last == "" { lines.removeLast() }
        let language =
            path.hasSuffix(".swift") ? "swift" : path.hasSuffix(".py") ? "python" : "text"
        var block = CodeHTML.block(lines, in: language, label: path, first: 1, anchors: true)
        // A link to several lines leads to the first of them; the script marks all.
        for fragment in fragments.sorted() where fragment.contains("-") {
            let first = fragment.prefix { $0 != "-" }
            block = block.replacing(
                "<span class=\"l\" id=\"\(first)\"",
                with: "<a id=\"\(fragment)\"></a><span class=\"l\" id=\"\(first)\"")
        }
        return "<main id=\"text\" class=\"source\" tabindex=\"-1\"><p class=\"eyebrow\">Code</p>"
            + "<h1>\(path.replacing("/", with: "/<wbr>"))</h1>\(block)</main>"
    }

    // MARK: - Pages

    private func page(_ k: Int) -> String {
        let text = texts[k]
        var body = text.html
        if let number = text.number, let part = text.part {
            let above =
                "<p class=\"eyebrow\">Part \(part) · \(parts[part] ?? "") <b>Lesson \(number)</b> "
                + "<span>\(text.minutes ?? "?") minutes</span></p>"
            body =
                above + body
                + "<label class=\"tick read\"><input type=\"checkbox\" data-read=\"\(number)\"> I've read this lesson</label>"
        } else if k == 0 {
            body = "<p class=\"eyebrow\">MicroGPT for Swift</p>\(body)"
        } else {
            body = "<p class=\"eyebrow\">Appendix</p>\(body)"
        }
        let sections =
            text.sections.count < 3
            ? ""
            : "<nav class=\"sections\" aria-label=\"On this page\"><h2>On this page</h2><ul>"
                + text.sections.map { "<li><a href=\"#\($0.slug)\">\($0.title)</a></li>" }.joined()
                + "</ul></nav>"
        let next = [("Before", k - 1, "prev"), ("Next", k + 1, "next")].map { label, other, rel in
            guard texts.indices.contains(other), !texts[other].target.hasPrefix("code/"),
                !text.target.hasPrefix("code/")
            else { return "<span></span>" }
            let href = Self.root(from: text.target) + texts[other].target
            return
                "<a rel=\"\(rel)\" href=\"\(href)\"><small>\(label)</small>\(Self.name(of: texts[other]))</a>"
        }
        let main =
            "<main id=\"text\" tabindex=\"-1\">\(body)<nav class=\"turn\" aria-label=\"Other lessons\">"
            + "\(next.joined())</nav></main>\(sections)"
        return frame(main, at: text.target, title: text.title, current: k)
    }

    private static func name(of text: Text) -> String {
        (text.number.map { "\($0) " } ?? "") + CodeHTML.escaped(text.title)
    }

    /// What all pages have around their text.
    private func frame(_ body: String, at target: String, title: String, current: Int? = nil)
        -> String
    {
        let root = Self.root(from: target)
        func item(_ k: Int) -> String {
            let text = texts[k]
            let here = k == current ? " aria-current=\"page\"" : ""
            let lesson = text.number.map { " data-lesson=\"\($0)\"" } ?? ""
            let minutes = text.minutes.map { " <small>\($0) min</small>" } ?? ""
            return
                "<li><a href=\"\(root)\(text.target)\"\(here)\(lesson)><span>\(Self.name(of: text))</span>\(minutes)</a></li>"
        }
        let lessons = parts.keys.sorted().map { part in
            let own = texts.indices.filter { texts[$0].part == part }
            let isOpen = own.contains { $0 == current }
            return
                "<details\(isOpen ? " open" : "")><summary>\(part) \(parts[part] ?? "")</summary>"
                + "<ul>\(own.map(item).joined())</ul></details>"
        }
        let appendix = texts.indices.filter {
            $0 > 0 && texts[$0].number == nil && !texts[$0].target.hasPrefix("code/")
        }
        let play =
            Self.hasPage
            ? "<a class=\"play\" href=\"\(root)microgpt.html\">Train, step, play</a>" : ""
        let playItem = play.isEmpty ? "" : "<li>\(play)</li>"
        return """
            <!DOCTYPE html>
            <html lang="en" data-root="\(root)">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            \(Site.mark)
            <title>\(CodeHTML.escaped(Self.plain(title))) · MicroGPT for Swift</title>
            <link rel="icon" href="data:,">
            <link rel="stylesheet" href="\(root)site.css">
            <script src="\(root)site.js"></script>
            </head>
            <body>
            <a class="skip" href="#text">Skip to the text</a>
            <header>
            <button class="menu" popovertarget="map" aria-label="The course's map">☰</button>
            <a class="home" href="\(root)index.html">MicroGPT <span>for Swift</span></a>
            \(play)
            <button class="find" aria-keyshortcuts="/"><span>Search</span><kbd>/</kbd></button>
            <button class="theme">Dark</button>
            </header>
            <div class="columns">
            <nav id="map" popover aria-label="The course">
            <ul>\(item(0))\(playItem)</ul>
            \(lessons.joined(separator: "\n"))
            <details\(appendix.contains { $0 == current } ? " open" : "")><summary>Appendix</summary><ul>\(appendix.map(item).joined())</ul></details>
            </nav>
            \(body)
            </div>
            </body>
            </html>

            """
    }

    // MARK: - Search

    /// Text without tags, formulas in their plain form.
    private static func plain(_ html: String) -> String {
        unescaped(
            html.replacing(/<(svg|pre|annotation|label)\b.*?<\/\1>/.dotMatchesNewlines(), with: " ")
                .replacing(/<p class="here">.*?<\/p>/, with: "")
                .replacing(/<[^>]+>/, with: "").replacing(/\s+/, with: " ")
        )
        .trimmingCharacters(in: .whitespaces)
    }

    private static func unescaped(_ html: String) -> String {
        html.replacing("&lt;", with: "<").replacing("&gt;", with: ">")
            .replacing("&quot;", with: "\"").replacing("&#39;", with: "'")
            .replacing("&amp;", with: "&")
    }

    /// All sections and terms, as a script: pages that were opened from a disk may not fetch files.
    private func searchIndex() throws -> String {
        struct Entry: Encodable {
            let page: String, href: String, title: String, text: String
        }
        var sections: [Entry] = []
        var terms: [Entry] = []
        for text in texts where !text.target.hasPrefix("code/") {
            let name = Self.unescaped(Self.name(of: text))
            for section in text.html.split(separator: /(?=<h[123] id=")/) {
                guard
                    let match = section.prefixMatch(
                        of: /<h(\d) id="([^"]*)">(.*?)<\/h\d>/.dotMatchesNewlines())
                else { continue }
                if text.source.hasSuffix("/glossary.md") && match.1 != "1" { continue }
                sections.append(
                    Entry(
                        page: name, href: text.target + (match.1 == "1" ? "" : "#\(match.2)"),
                        title: Self.plain(String(match.3)),
                        text: Self.plain(String(section[match.range.upperBound...]))))
            }
            for row in text.html.matches(
                of: /<tr id="(term-[^"]*)"><td>(.*?)<\/td>\s*<td>(.*?)<\/td>\s*<td>(.*?)<\/td>/
                    .dotMatchesNewlines())
            {
                terms.append(
                    Entry(
                        page: "Glossary, lesson \(Self.plain(String(row.4)))",
                        href: "\(text.target)#\(row.1)", title: Self.plain(String(row.2)),
                        text: Self.plain(String(row.3))))
            }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(["terms": terms, "sections": sections])
        return "course.found(\(String(decoding: data, as: UTF8.self)));\n"
    }
}

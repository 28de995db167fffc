/** One invented document of each XML format, as its source writes it. */

export const arxivAtomSample = `<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
  <id>https://arxiv.org/api/xxxx</id>
  <title>arXiv Query: search_query=kettles&amp;id_list=&amp;start=0&amp;max_results=10</title>
  <updated>2025-03-04T00:00:00Z</updated>
  <opensearch:totalResults>2</opensearch:totalResults>
  <entry>
    <id>http://arxiv.org/abs/2401.00001v3</id>
    <title>Kettles that
  sing: $E=mc^2$ in the kitchen</title>
    <updated>2024-02-03T10:00:00Z</updated>
    <published>2024-01-02T09:30:00Z</published>
    <link href="https://arxiv.org/abs/2401.00001v3" rel="alternate" type="text/html"/>
    <link href="https://arxiv.org/pdf/2401.00001v3" rel="related" type="application/pdf" title="pdf"/>
    <summary>  We boil water &amp; listen, with p &lt; 0.05.
</summary>
    <category term="eess.AS" scheme="http://arxiv.org/schemas/atom"/>
    <category term="cs.SD" scheme="http://arxiv.org/schemas/atom"/>
    <arxiv:comment>9 pages, 3 kettles</arxiv:comment>
    <arxiv:primary_category term="cs.SD"/>
    <arxiv:journal_ref>J. Kettles 5 (2024) 1</arxiv:journal_ref>
    <arxiv:doi>10.1234/KETTLE.5</arxiv:doi>
    <author><name>Ada Example</name><arxiv:affiliation>Kitchen Lab</arxiv:affiliation></author>
    <author><name>Bo Other</name></author>
  </entry>
  <entry>
    <id>http://arxiv.org/abs/hep-th/9901001v1</id>
    <title>Older than the kettle</title>
    <published>1999-01-01T00:00:00Z</published>
    <updated>1999-01-01T00:00:00Z</updated>
    <summary>Nothing to see.</summary>
    <arxiv:comment>This paper has been withdrawn by the author</arxiv:comment>
    <category term="hep-th"/>
    <author><name>Cy Third</name></author>
  </entry>
</feed>
`;

export const arxivListingSample = `<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0">
  <channel>
    <title>cs.SD updates on arXiv.org</title>
    <link>http://rss.arxiv.org/rss/cs.SD</link>
    <language>en-us</language>
    <lastBuildDate>Wed, 20 Aug 2025 04:00:19 +0000</lastBuildDate>
    <pubDate>Wed, 20 Aug 2025 00:00:00 -0400</pubDate>
    <skipDays><day>Sunday</day></skipDays>
    <item>
      <title>Listening to &lt;unk&gt; lanterns</title>
      <link>https://arxiv.org/abs/2508.00001</link>
      <description>arXiv:2508.00001v2 Announce Type: replace 
Abstract: We light &lt;s&gt; lanterns.</description>
      <guid isPermaLink="false">oai:arXiv.org:2508.00001v2</guid>
      <category>cs.SD</category>
      <category>cs.CL</category>
      <pubDate>Wed, 20 Aug 2025 00:00:00 -0400</pubDate>
      <arxiv:announce_type>replace</arxiv:announce_type>
      <arxiv:DOI>10.1234/lantern.1</arxiv:DOI>
      <arxiv:journal_reference>Lantern Letters 2 (2025)</arxiv:journal_reference>
      <dc:creator>Andr\\'e Example, Bo Other (Lantern Lab), Cy Third, Jr.</dc:creator>
    </item>
  </channel>
</rss>
`;

export const arxivAtomListingSample = `<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns="http://www.w3.org/2005/Atom" xml:lang="en-us">
  <id>http://rss.arxiv.org/atom/cs.SD</id>
  <title>cs.SD updates on arXiv.org</title>
  <updated>2025-08-21T04:00:19.866337+00:00</updated>
  <entry>
    <id>oai:arXiv.org:2508.00002v1</id>
    <title>Cross-listed teapots</title>
    <updated>2025-08-21T04:00:19.899254+00:00</updated>
    <link href="https://arxiv.org/abs/2508.00002" rel="alternate" type="text/html"/>
    <summary>arXiv:2508.00002v1 Announce Type: cross 
Abstract: As teapots improve, so do we.</summary>
    <category term="cs.CL"/>
    <published>2025-08-21T00:00:00-04:00</published>
    <arxiv:announce_type>cross</arxiv:announce_type>
    <dc:creator>Chun Example</dc:creator>
  </entry>
</feed>
`;

export const journalFeedSample = `<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/">
  <channel rdf:about="https://kettles.example.org/rss">
    <title>Annals of Kettles</title>
    <link>https://kettles.example.org</link>
    <items><rdf:Seq><rdf:li rdf:resource="https://kettles.example.org/1"/></rdf:Seq></items>
  </channel>
  <item rdf:about="https://kettles.example.org/1">
    <title>Copper &amp; tin</title>
    <link>https://kettles.example.org/1?rss=1</link>
    <description>&lt;p&gt;We alloy H&lt;sub&gt;2&lt;/sub&gt;O with &lt;img src="x.png"/&gt;nothing.&lt;/p&gt;</description>
    <dc:identifier>doi:10.5555/kettle.77</dc:identifier>
    <dc:creator>Example, Ada</dc:creator>
    <dc:creator>Other, Bo</dc:creator>
    <dc:date>2025-07-09</dc:date>
    <prism:publicationName>Annals of Kettles</prism:publicationName>
  </item>
</rdf:RDF>
`;

export const oaiSample = `<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<responseDate>2025-03-04T00:00:00Z</responseDate>
<request verb="ListRecords" metadataPrefix="arXiv">http://oaipmh.arxiv.org/oai</request>
<ListRecords>
<record><header><identifier>oai:arXiv.org:2401.00001</identifier><datestamp>2024-01-03</datestamp><setSpec>cs:cs:SD</setSpec></header>
<metadata><arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>2401.00001</id><created>2024-01-02</created><updated>2024-02-03</updated>
<authors><author><keyname>Example</keyname><forenames>Ada</forenames><suffix>Jr</suffix></author><author><keyname>The Kettle Group</keyname></author></authors>
<title>An invented paper</title><categories>cs.SD eess.AS</categories><comments>9 pages</comments><journal-ref>J. Kettles 5</journal-ref><doi>10.1234/K 10.1234/L</doi>
<abstract>  It was never
written.</abstract></arXiv></metadata></record>
<record><header status="deleted"><identifier>oai:arXiv.org:2401.00002</identifier><datestamp>2024-01-03</datestamp></header></record>
<record><header><identifier>oai:arXiv.org:0704.0001</identifier><datestamp>2008-11-26</datestamp></header>
<metadata><arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>0704.0001</id><submitter>A. Example</submitter>
<version version="v1"><date>Mon, 2 Apr 2007 19:18:42 GMT</date><size>9kb</size></version>
<version version="v2"><date>Tue, 24 Jul 2007 20:10:27 GMT</date><size>9kb</size></version>
<title>Lanterns</title><authors>A. Example (1), B. Other, Jr. and C. Third ((1) Lab, (2) Home)</authors><categories>hep-ph</categories>
<comments>This submission has been withdrawn</comments><abstract>We hang lanterns.</abstract></arXivRaw></metadata></record>
<record><header><identifier>oai:repository.example.org:12</identifier><datestamp>2020-01-01</datestamp></header>
<metadata><oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>On tea</dc:title><dc:creator>Example, Ada</dc:creator><dc:creator>Other, Bo</dc:creator><dc:subject>tea</dc:subject>
<dc:description>Peer reviewed</dc:description><dc:description>We drink tea and write about it.</dc:description>
<dc:date>2020-05-06T12:00:00Z</dc:date><dc:date>2019</dc:date><dc:type>Article</dc:type>
<dc:identifier>https://repository.example.org/12</dc:identifier><dc:identifier>info:doi/10.5555/tea.1</dc:identifier>
<dc:identifier>https://repository.example.org/12.pdf</dc:identifier><dc:source>Tea Letters; Vol. 3 No. 1 (2019); 1-10</dc:source><dc:source>1234-5678</dc:source>
<dc:language>eng</dc:language></oai_dc:dc></metadata></record>
<resumptionToken>x|1001</resumptionToken>
</ListRecords>
</OAI-PMH>
`;

export const pubmedSample = `<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">
<PubmedArticleSet>
<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">12345</PMID>
<Article PubModel="Print-Electronic"><Journal><JournalIssue CitedMedium="Internet"><Volume>4</Volume><PubDate><MedlineDate>2021 Nov-Dec</MedlineDate></PubDate></JournalIssue>
<Title>Annals of kettles</Title><ISOAbbreviation>Ann Kettles</ISOAbbreviation></Journal>
<ArticleTitle>Effects of <sup>99m</sup>Tc on <i>Camellia sinensis</i> at 10<sup>5</sup> CO<sub>2</sub>.</ArticleTitle>
<ELocationID EIdType="doi" ValidYN="Y">10.5555/kettle.9</ELocationID><ELocationID EIdType="pii" ValidYN="Y">S1</ELocationID>
<Abstract><AbstractText Label="BACKGROUND" NlmCategory="BACKGROUND">Tea (p&#x2009;&lt;&#x2009;0.001) &eacute;t&eacute;.</AbstractText>
<AbstractText Label="RESULTS">It is <b>hot</b>.</AbstractText><CopyrightInformation>Nobody</CopyrightInformation></Abstract>
<AuthorList CompleteYN="Y"><Author ValidYN="Y"><LastName>Example</LastName><ForeName>Ada B</ForeName><Initials>AB</Initials><Suffix>Jr</Suffix>
<Identifier Source="ORCID">https://orcid.org/0000-0001-0000-000x</Identifier><AffiliationInfo><Affiliation>Lab</Affiliation></AffiliationInfo></Author>
<Author ValidYN="N"><LastName>Exampel</LastName><ForeName>Ada</ForeName></Author>
<Author ValidYN="Y"><CollectiveName>Kettle Study Group</CollectiveName></Author></AuthorList>
<Language>eng</Language><PublicationTypeList><PublicationType UI="D016428">Journal Article</PublicationType><PublicationType UI="D016441">Retracted Publication</PublicationType></PublicationTypeList>
<ArticleDate DateType="Electronic"><Year>2021</Year><Month>09</Month><Day>30</Day></ArticleDate></Article>
<MeshHeadingList><MeshHeading><DescriptorName UI="D1" MajorTopicYN="Y">Tea</DescriptorName><QualifierName UI="Q1">analysis</QualifierName></MeshHeading></MeshHeadingList>
<KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="N">kettles</Keyword></KeywordList></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="pubmed">12345</ArticleId><ArticleId IdType="pmc">PMC77</ArticleId><ArticleId IdType="doi">10.5555/kettle.9</ArticleId></ArticleIdList>
<ReferenceList><Reference><Citation>Old</Citation><ArticleIdList><ArticleId IdType="pubmed">99</ArticleId></ArticleIdList></Reference></ReferenceList></PubmedData></PubmedArticle>
<PubmedBookArticle><BookDocument><PMID Version="1">678</PMID><ArticleIdList><ArticleId IdType="bookaccession">NBK1</ArticleId></ArticleIdList>
<Book><Publisher><PublisherName>Kettle Press</PublisherName></Publisher><BookTitle book="kb">The kettle book</BookTitle><PubDate><Year>2009</Year><Month>02</Month></PubDate>
<AuthorList Type="editors"><Author><LastName>Editor</LastName><ForeName>Ed</ForeName></Author></AuthorList></Book>
<ArticleTitle book="kb" part="c1">Chapter on lids</ArticleTitle><Language>eng</Language>
<AuthorList Type="authors"><Author><LastName>Other</LastName><ForeName>Bo</ForeName></Author></AuthorList>
<Abstract><AbstractText>Lids close.</AbstractText></Abstract><Sections><Section><SectionTitle>One</SectionTitle></Section></Sections></BookDocument></PubmedBookArticle>
</PubmedArticleSet>
`;

export const jatsSample = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Archiving and Interchange DTD v1.2 20190208//EN" "JATS-archivearticle1.dtd">
<article xmlns:mml="http://www.w3.org/1998/Math/MathML" xmlns:xlink="http://www.w3.org/1999/xlink" article-type="research-article" xml:lang="en">
<front><journal-meta><journal-id journal-id-type="nlm-ta">Kettles</journal-id><journal-title-group><journal-title>Journal of Kettles</journal-title></journal-title-group></journal-meta>
<article-meta><article-id pub-id-type="pmid">4321</article-id><article-id pub-id-type="pmc">PMC99</article-id><article-id pub-id-type="doi">10.5555/jk.1</article-id><article-id pub-id-type="publisher-id">jk-1</article-id>
<article-categories><subj-group subj-group-type="heading"><subject>Research Article</subject></subj-group><subj-group subj-group-type="discipline"><subject>Acoustics</subject></subj-group></article-categories>
<title-group><article-title>Singing <italic>kettles</italic><xref ref-type="fn" rid="fn1">*</xref></article-title><subtitle>A study</subtitle></title-group>
<contrib-group><contrib contrib-type="author"><contrib-id contrib-id-type="orcid">http://orcid.org/0000-0002-0000-0002</contrib-id><name><surname>Example</surname><given-names>Ada</given-names></name><xref ref-type="aff" rid="a1">1</xref></contrib>
<contrib contrib-type="author"><collab>Kettle Consortium<contrib-group><contrib contrib-type="author"><name><surname>Member</surname><given-names>M</given-names></name></contrib></contrib-group></collab></contrib>
<contrib contrib-type="editor"><name><surname>Editor</surname><given-names>Ed</given-names></name></contrib></contrib-group>
<pub-date pub-type="ppub"><month>3</month><year>2024</year></pub-date><pub-date pub-type="epub"><day>9</day><month>2</month><year>2024</year></pub-date>
<abstract><title>Abstract</title><sec><title>Background</title><p>Kettles with <inline-formula><alternatives><tex-math id="t1">\\documentclass{minimal}\\begin{document}$$\\alpha _1$$\\end{document}</tex-math><mml:math><mml:mi>α</mml:mi></mml:math></alternatives></inline-formula> sing.</p></sec>
<sec><title>Results:</title><p>We saw <mml:math><mml:msup><mml:mi>x</mml:mi><mml:mn>2</mml:mn></mml:msup></mml:math>.</p></sec></abstract>
<abstract abstract-type="graphical"><p>A picture.</p></abstract>
<kwd-group kwd-group-type="author"><kwd>steam</kwd><kwd><italic>sound</italic></kwd></kwd-group></article-meta></front>
<body><sec><title>Introduction</title><p>Long text with an <article-title>other title</article-title>.</p></sec></body>
<back><ref-list><ref id="r1"><mixed-citation>Old work</mixed-citation></ref></ref-list></back>
</article>
`;

export const crossrefSample = `<?xml version="1.0" encoding="UTF-8"?>
<doi_records>
  <doi_record owner="10.5555" timestamp="2025-01-01 00:00:00"><crossref>
    <journal><journal_metadata language="en"><full_title>Journal of Kettles</full_title></journal_metadata>
      <journal_issue><publication_date media_type="print"><month>03</month><year>2024</year></publication_date><issue>1</issue></journal_issue>
      <journal_article publication_type="full_text">
        <titles><title>Kettle &amp;amp; pot</title><subtitle>A comparison</subtitle></titles>
        <contributors><person_name sequence="first" contributor_role="author"><given_name>Ada</given_name><surname>Example</surname><ORCID>https://orcid.org/0000-0001-0000-0001</ORCID></person_name>
          <organization sequence="additional" contributor_role="author">Kettle Consortium</organization>
          <person_name sequence="additional" contributor_role="editor"><given_name>Ed</given_name><surname>Editor</surname></person_name></contributors>
        <jats:abstract xmlns:jats="http://www.ncbi.nlm.nih.gov/JATS1"><jats:title>Abstract</jats:title><jats:p>Pots are <jats:italic>slower</jats:italic>.</jats:p></jats:abstract>
        <publication_date media_type="online"><month>02</month><day>09</day><year>2024</year></publication_date>
        <doi_data><doi>10.5555/JK.2</doi><resource>https://kettles.example.org/jk2</resource>
          <collection property="text-mining"><item><resource mime_type="application/pdf">https://kettles.example.org/jk2.pdf</resource></item></collection></doi_data>
        <citation_list><citation key="1"><doi>10.5555/other</doi></citation></citation_list>
      </journal_article></journal></crossref></doi_record>
  <doi_record><crossref><conference><event_metadata><conference_name>Kettle Days</conference_name></event_metadata>
    <proceedings_metadata language="en"><proceedings_title>Proceedings of Kettle Days</proceedings_title><publication_date><year>2020</year></publication_date></proceedings_metadata>
    <conference_paper><titles><title>Lids</title></titles><doi_data><doi>10.5555/kd.1</doi></doi_data></conference_paper></conference></crossref></doi_record>
  <doi_record><crossref><posted_content type="preprint"><group_title>Acoustics</group_title><titles><title>Spouts</title></titles>
    <posted_date><month>8</month><day>6</day><year>2021</year></posted_date><institution><institution_name>KettleXiv</institution_name></institution>
    <doi_data><doi>10.31223/x5</doi></doi_data></posted_content></crossref></doi_record>
  <doi_record><crossref><book book_type="monograph"><book_metadata language="de"><titles><title>Das Kesselbuch</title></titles>
    <publication_date><year>1999</year></publication_date><doi_data><doi>10.5555/kb</doi></doi_data></book_metadata></book></crossref></doi_record>
  <doi_record><crossref><error>doi:10.5555/nothing was not found</error></crossref></doi_record>
</doi_records>
`;

export const dataciteSample = `<?xml version="1.0" encoding="UTF-8"?>
<resource xmlns="http://datacite.org/schema/kernel-4" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://datacite.org/schema/kernel-4 https://schema.datacite.org/meta/kernel-4.4/metadata.xsd">
  <identifier identifierType="DOI">10.48550/ARXIV.2401.00009</identifier>
  <creators><creator><creatorName nameType="Personal">Example, Ada</creatorName><givenName>Ada</givenName><familyName>Example</familyName>
    <nameIdentifier nameIdentifierScheme="ORCID" schemeURI="https://orcid.org">0000-0001-0000-0001</nameIdentifier></creator>
    <creator><creatorName nameType="Organizational">Kettles, Lids and Co</creatorName></creator></creators>
  <titles><title xml:lang="en">Kettles as data</title><title titleType="Subtitle">A table</title><title titleType="TranslatedTitle">Kessel</title></titles>
  <publisher>arXiv</publisher><publicationYear>2024</publicationYear>
  <subjects><subject subjectScheme="arXiv">Sound (cs.SD)</subject><subject schemeURI="x">FOS: Computer and information sciences</subject></subjects>
  <dates><date dateType="Submitted">2024-01-02T00:00:00Z</date><date dateType="Updated">2024-03-02</date><date dateType="Available">2024-01</date></dates>
  <language>en</language><version>2</version>
  <relatedIdentifiers><relatedIdentifier relatedIdentifierType="DOI" relationType="IsVersionOf">10.5555/other</relatedIdentifier></relatedIdentifiers>
  <descriptions><description descriptionType="Abstract">Many kettles.<br/>Some lids.</description><description descriptionType="Other">12 pages</description></descriptions>
</resource>
`;

export const aclSample = `<?xml version='1.0' encoding='UTF-8'?>
<collection id="P18">
  <volume id="3" type="proceedings" ingest-date="2019-01-01">
    <meta><booktitle>Proceedings of <fixed-case>ACL</fixed-case> 2018, Student Research Workshop</booktitle><editor><first>Ed</first><last>Editor</last></editor>
      <month>July</month><year>2018</year><isbn>1</isbn></meta>
    <frontmatter><url hash="a">P18-3000</url><bibkey>acl-2018</bibkey></frontmatter>
    <paper id="1">
      <title>Towards <fixed-case>K</fixed-case>ettle parsing in <tex-math>O(n^2)</tex-math></title>
      <author><first>Ada</first><last>Example</last></author><author orcid="0000-0001-0000-0001"><first/><last>Mononym</last></author>
      <pages>1–10</pages><abstract>We parse <i>kettles</i> &amp; <b>pots</b>.</abstract>
      <url hash="b">P18-3001</url><doi>10.18653/v1/P18-3001</doi><bibkey>example-2018</bibkey>
      <pwccode url="https://github.com/example/kettles" additional="false">example/kettles</pwccode>
    </paper>
    <paper id="12"><title>Retracted kettles</title><author><first>Bo</first><last>Other</last></author><url>https://elsewhere.example.org/12.pdf</url><retracted date="2022-05-06">Not archival.</retracted></paper>
  </volume>
</collection>
`;

export const modsSample = `<?xml version="1.0" encoding="UTF-8"?>
<modsCollection xmlns="http://www.loc.gov/mods/v3" xmlns:xlink="http://www.w3.org/1999/xlink">
<mods ID="kettle1" version="3.7"><titleInfo><nonSort>The </nonSort><title>kettle question</title><subTitle>answered</subTitle></titleInfo>
<titleInfo type="alternative"><title>KQ</title></titleInfo>
<name type="personal"><namePart type="given">Ada</namePart><namePart type="family">Example</namePart><role><roleTerm type="text">author</roleTerm></role></name>
<name type="personal"><namePart>Other, Bo</namePart><role><roleTerm type="code">aut</roleTerm></role></name>
<name type="corporate"><namePart>Kettle Office</namePart></name>
<name type="personal"><namePart>Editor, Ed</namePart><role><roleTerm>editor</roleTerm></role></name>
<originInfo><publisher>Kettle Press</publisher><dateIssued>c2003</dateIssued></originInfo>
<language><languageTerm type="text">English</languageTerm></language><abstract>It is answered.</abstract>
<subject><topic>Kettles</topic></subject>
<relatedItem type="host"><titleInfo><title>Journal of Kettles</title></titleInfo><part><date>2003-05</date></part></relatedItem>
<identifier type="doi">doi:10.5555/mods.1</identifier><identifier type="local">77</identifier>
<location><url>https://library.example.org/kettle1</url></location>
<recordInfo><recordIdentifier>rec1</recordIdentifier></recordInfo></mods>
</modsCollection>
`;

export const endnoteSample = `<?xml version="1.0" encoding="UTF-8" ?>
<xml><records><record><database name="k.enl" path="k.enl">k.enl</database><source-app name="EndNote" version="20.1">EndNote</source-app><rec-number>7</rec-number>
<ref-type name="Journal Article">17</ref-type>
<contributors><authors><author><style face="normal" font="default" size="100%">Example, Ada B.</style></author><author><style face="normal" size="100%">Kettle Group</style></author></authors></contributors>
<titles><title><style face="italic" font="default" size="100%">Kettles</style><style face="normal" font="default" size="100%"> at 10</style><style face="superscript" size="100%">5</style><style face="normal" size="100%"> Pa</style></title>
<secondary-title><style face="normal" size="100%">J Kettles</style></secondary-title></titles>
<keywords><keyword><style face="normal" size="100%">steam&#xD;sound</style></keyword><keyword/></keywords>
<dates><year><style face="normal" size="100%">2018</style></year><pub-dates><date><style face="normal" size="100%">Jun 01</style></date></pub-dates></dates>
<abstract><style face="normal" size="100%">We boil.</style></abstract>
<urls><related-urls><url><style face="normal" size="100%">https://www.ncbi.nlm.nih.gov/pubmed/55555</style></url></related-urls><pdf-urls><url>internal-pdf://1/k.pdf</url></pdf-urls></urls>
<custom2><style face="normal" size="100%">PMC55</style></custom2>
<electronic-resource-num><style face="normal" size="100%">https://doi.org/10.5555/en.1</style></electronic-resource-num>
<accession-num><style face="normal" size="100%">55555</style></accession-num><language><style face="normal" size="100%">English</style></language></record></records></xml>
`;

export const zoteroSample = `<rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:z="http://www.zotero.org/namespaces/export#"
 xmlns:dcterms="http://purl.org/dc/terms/"
 xmlns:bib="http://purl.org/net/biblio#"
 xmlns:foaf="http://xmlns.com/foaf/0.1/"
 xmlns:link="http://purl.org/rss/1.0/modules/link/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:prism="http://prismstandard.org/namespaces/1.2/basic/">
    <bib:Article rdf:about="https://kettles.example.org/z1">
        <z:itemType>journalArticle</z:itemType>
        <dcterms:isPartOf rdf:resource="urn:issn:1234-5678"/>
        <bib:authors><rdf:Seq><rdf:li><foaf:Person><foaf:surname>Example</foaf:surname><foaf:givenName>Ada</foaf:givenName></foaf:Person></rdf:li></rdf:Seq></bib:authors>
        <link:link rdf:resource="#item_2"/>
        <dc:subject><z:AutomaticTag><rdf:value>steam</rdf:value></z:AutomaticTag></dc:subject>
        <dc:subject>sound</dc:subject>
        <dc:title>Kettles, zoted</dc:title>
        <dcterms:abstract>We zote.</dcterms:abstract>
        <dc:date>Jun 18, 2025</dc:date>
        <z:language>en</z:language>
        <dc:identifier><dcterms:URI><rdf:value>https://kettles.example.org/z1</rdf:value></dcterms:URI></dc:identifier>
        <dc:description>PMID: 777
arXiv:2401.00077 [cs]</dc:description>
    </bib:Article>
    <bib:Journal rdf:about="urn:issn:1234-5678"><prism:volume>5</prism:volume><dc:title>Journal of Kettles</dc:title><dc:identifier>DOI 10.5555/z.1</dc:identifier><dc:identifier>ISSN 1234-5678</dc:identifier></bib:Journal>
    <z:Attachment rdf:about="#item_2"><z:itemType>attachment</z:itemType><dc:title>Full Text PDF</dc:title></z:Attachment>
    <bib:Memo rdf:about="#item_3"><rdf:value>&lt;p&gt;read it&lt;/p&gt;</rdf:value></bib:Memo>
    <rdf:Description rdf:about="http://arxiv.org/abs/2401.00078"><z:itemType>preprint</z:itemType><dc:publisher><foaf:Organization><foaf:name>arXiv</foaf:name></foaf:Organization></dc:publisher>
        <dc:title>A preprint</dc:title><dc:date>2024-01-03</dc:date><dc:identifier><dcterms:URI><rdf:value>http://arxiv.org/abs/2401.00078</rdf:value></dcterms:URI></dc:identifier></rdf:Description>
    <z:Collection rdf:about="#collection_1"><dc:title>Mine</dc:title></z:Collection>
</rdf:RDF>
`;

export const bibliontologySample = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:z="http://www.zotero.org/namespaces/export#" xmlns:bibo="http://purl.org/ontology/bibo/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:foaf="http://xmlns.com/foaf/0.1/" xmlns:res="http://purl.org/vocab/resourcelist/schema#">
    <z:UserItem rdf:about="http://zotero.org/groups/1/items/A"><res:resource rdf:resource="https://kettles.example.org/b1"/></z:UserItem>
    <bibo:AcademicArticle rdf:about="https://kettles.example.org/b1">
        <bibo:uri>https://kettles.example.org/b1</bibo:uri><bibo:doi>10.5555/b.1</bibo:doi>
        <dcterms:title>Kettles, by ontology</dcterms:title><dcterms:abstract>We are related.</dcterms:abstract>
        <bibo:authorList><rdf:Seq><rdf:li rdf:nodeID="n1"/><rdf:li><foaf:Person><foaf:givenname>Bo</foaf:givenname><foaf:surname>Other</foaf:surname></foaf:Person></rdf:li></rdf:Seq></bibo:authorList>
        <dcterms:isPartOf><bibo:Issue><dcterms:date>07/26/2017</dcterms:date><dcterms:isPartOf><bibo:Journal><dcterms:title>Journal of Ontologies</dcterms:title></bibo:Journal></dcterms:isPartOf></bibo:Issue></dcterms:isPartOf>
    </bibo:AcademicArticle>
    <foaf:Person rdf:nodeID="n1"><foaf:givenName>Ada</foaf:givenName><foaf:surname>Example</foaf:surname></foaf:Person>
</rdf:RDF>
`;

/** By the name of their format. */
export const xmlSamples: Readonly<Record<string, readonly string[]>> = {
  "arxiv-atom": [arxivAtomSample],
  feed: [arxivListingSample, arxivAtomListingSample, journalFeedSample],
  "oai-pmh": [oaiSample],
  "pubmed-xml": [pubmedSample],
  jats: [jatsSample],
  "crossref-xml": [crossrefSample],
  "datacite-xml": [dataciteSample],
  "acl-anthology": [aclSample],
  mods: [modsSample],
  "endnote-xml": [endnoteSample],
  "zotero-rdf": [zoteroSample, bibliontologySample],
};
